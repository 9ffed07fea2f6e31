import { isDeepStrictEqual } from "node:util";
import type { Log } from "../system/log.ts";
import { Camera } from "./camera.ts";
import { adaptEncoder } from "./encoder.ts";
import { CameraError } from "./errors.ts";
import { StateKeeper } from "./keeper.ts";
import { mergeStored } from "./merge.ts";
import { type EncoderOptions, encoderOptions } from "./options.ts";
import type { CameraSettings } from "./settings.ts";
import { type CameraState, initialState } from "./state.ts";
import type { CameraStore } from "./store.ts";

/**
 * The camera that the settings describe, with what clients changed in earlier lives. Rejects with
 * `CameraError` ConfigModify, its message naming profile and cause, when a configured profile
 * cannot be encoded, and with the store's error when that cannot be read or written.
 */
export async function openCamera(
	settings: CameraSettings,
	store: CameraStore,
	log: Log,
): Promise<Camera> {
	const options = encoderOptions(settings);
	const configured = encodable(settings, options);
	const stored = await store.load();
	let state = configured;
	if (stored !== undefined) {
		state = usable(mergeStored(configured, stored), configured, options, log);
		if (state !== stored.current) {
			await store.save({ configured, current: state });
		}
	}
	return new Camera(settings, new StateKeeper(configured, state, store));
}

function encodable(
	settings: CameraSettings,
	options: EncoderOptions,
): CameraState {
	const state = initialState(settings);
	return {
		...state,
		videoEncoderConfigurations: state.videoEncoderConfigurations.map((c, i) => {
			try {
				return adaptEncoder(c, options);
			} catch (error) {
				const profile = settings.profiles[i]?.token;
				throw error instanceof CameraError
					? new CameraError(error.code, `profile ${profile}: ${error.message}`)
					: error;
			}
		}),
	};
}

/** A client's choice that the owner's later one made impossible gives way to the owner's. */
function usable(
	merged: CameraState,
	configured: CameraState,
	options: EncoderOptions,
	log: Log,
): CameraState {
	const encoders = merged.videoEncoderConfigurations.map((c, i) => {
		try {
			return adaptEncoder(c, options);
		} catch (error) {
			if (!(error instanceof CameraError)) throw error;
			log.warn("a stored encoder configuration is no longer possible", {
				token: c.token,
				reason: error.message,
			});
			return configured.videoEncoderConfigurations[i] ?? c;
		}
	});
	return isDeepStrictEqual(encoders, merged.videoEncoderConfigurations)
		? merged
		: { ...merged, videoEncoderConfigurations: encoders };
}
