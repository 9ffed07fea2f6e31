import { isDeepStrictEqual } from "node:util";
import type { Log } from "../system/log.ts";
import {
	type AudioEncoderOptions,
	adaptAudioEncoder,
	audioEncoderOptions,
} from "./audio-encoder.ts";
import { Camera } from "./camera.ts";
import { adaptEncoder } from "./encoder.ts";
import { CameraError } from "./errors.ts";
import { StateKeeper } from "./keeper.ts";
import { mergeStored } from "./merge.ts";
import { type AllEncoderOptions, encoderOptions } from "./options.ts";
import type { CameraSettings } from "./settings.ts";
import { type CameraState, initialState } from "./state.ts";
import type { CameraStore } from "./store.ts";
import type { Token } from "./types.ts";

interface Options {
	readonly video: AllEncoderOptions;
	readonly audio: AudioEncoderOptions;
}

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
	const options = {
		// What lacks an encoder today may have one tomorrow: that is no reason to change what was chosen.
		video: encoderOptions({ ...settings, onlySizes: undefined }),
		audio: audioEncoderOptions({
			...settings,
			audio: settings.audio && { ...settings.audio, notEncoded: undefined },
		}),
	};
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

function encodable(settings: CameraSettings, options: Options): CameraState {
	const state = initialState(settings);
	return {
		...state,
		videoEncoderConfigurations: state.videoEncoderConfigurations.map((c, i) => {
			const named = `profile ${settings.profiles[i]?.token}`;
			return wanted(named, () => adaptEncoder(c, options.video.of(c.token)));
		}),
		audioEncoderConfigurations: state.audioEncoderConfigurations.map((c) =>
			wanted("audio", () => adaptAudioEncoder(c, options.audio)),
		),
	};
}

/** A refusal says what it is of. */
function wanted<T>(what: string, adapt: () => T): T {
	try {
		return adapt();
	} catch (error) {
		throw error instanceof CameraError
			? new CameraError(error.code, `${what}: ${error.message}`)
			: error;
	}
}

/** A client's choice that the owner's later one made impossible gives way to the owner's. */
function usable(
	merged: CameraState,
	configured: CameraState,
	options: Options,
	log: Log,
): CameraState {
	const adapted: CameraState = {
		...merged,
		videoEncoderConfigurations: possible(
			merged.videoEncoderConfigurations,
			configured.videoEncoderConfigurations,
			(c) => adaptEncoder(c, options.video.of(c.token)),
			log,
		),
		audioEncoderConfigurations: possible(
			merged.audioEncoderConfigurations,
			configured.audioEncoderConfigurations,
			(c) => adaptAudioEncoder(c, options.audio),
			log,
		),
	};
	return isDeepStrictEqual(adapted, merged) ? merged : adapted;
}

/** Each as it can be had, or as its owner has it at the same place. */
function possible<T extends { readonly token: Token }>(
	merged: readonly T[],
	configured: readonly T[],
	adapt: (configuration: T) => T,
	log: Log,
): readonly T[] {
	return merged.map((c, i) => {
		try {
			return adapt(c);
		} catch (error) {
			if (!(error instanceof CameraError)) throw error;
			log.warn("a stored encoder configuration is no longer possible", {
				token: c.token,
				reason: error.message,
			});
			return configured[i] ?? c;
		}
	});
}
