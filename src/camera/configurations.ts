import {
	type AudioEncoderOptions,
	adaptAudioEncoder,
} from "./audio-encoder.ts";
import { adaptEncoder } from "./encoder.ts";
import { CameraError } from "./errors.ts";
import type { EncoderOptions } from "./options.ts";
import type { CameraState } from "./state.ts";
import type {
	AudioEncoderConfiguration,
	AudioSourceConfiguration,
	Token,
	VideoEncoderConfiguration,
	VideoSourceConfiguration,
} from "./types.ts";

/** The whole picture is all there is to have: only the name can be set. */
export function withVideoSourceConfiguration(
	state: CameraState,
	wanted: VideoSourceConfiguration,
): readonly VideoSourceConfiguration[] {
	const list = state.videoSourceConfigurations;
	const current = known(list, wanted.token);
	if (wanted.sourceToken !== current.sourceToken) {
		throw new CameraError("ConfigModify", "there is no such video source");
	}
	if (!sameBounds(wanted.bounds, current.bounds)) {
		throw new CameraError("ConfigModify", "the bounds cannot be changed");
	}
	return replaced(list, current, { ...current, name: wanted.name });
}

/** Applies what can be had of `wanted`: see `adaptEncoder`. */
export function withVideoEncoderConfiguration(
	state: CameraState,
	wanted: VideoEncoderConfiguration,
	options: EncoderOptions,
): readonly VideoEncoderConfiguration[] {
	const list = state.videoEncoderConfigurations;
	return replaced(
		list,
		known(list, wanted.token),
		adaptEncoder(wanted, options),
	);
}

/** Only the name can be set. */
export function withAudioSourceConfiguration(
	state: CameraState,
	wanted: AudioSourceConfiguration,
): readonly AudioSourceConfiguration[] {
	const list = state.audioSourceConfigurations;
	const current = known(list, wanted.token);
	if (wanted.sourceToken !== current.sourceToken) {
		throw new CameraError("ConfigModify", "there is no such audio source");
	}
	return replaced(list, current, { ...current, name: wanted.name });
}

/** See `adaptAudioEncoder`. */
export function withAudioEncoderConfiguration(
	state: CameraState,
	wanted: AudioEncoderConfiguration,
	options: AudioEncoderOptions,
): readonly AudioEncoderConfiguration[] {
	const list = state.audioEncoderConfigurations;
	return replaced(
		list,
		known(list, wanted.token),
		adaptAudioEncoder(wanted, options),
	);
}

/** Throws `CameraError` NoConfig when there is none with this token. */
export function known<T extends { readonly token: Token }>(
	configurations: readonly T[],
	token: Token,
): T {
	const found = configurations.find((c) => c.token === token);
	if (found === undefined) {
		throw new CameraError("NoConfig", `there is no configuration ${token}`);
	}
	return found;
}

/** The list with `by` in the place of `old`. */
export function replaced<T>(list: readonly T[], old: T, by: T): readonly T[] {
	return list.map((item) => (item === old ? by : item));
}

type Bounds = VideoSourceConfiguration["bounds"];

function sameBounds(a: Bounds, b: Bounds): boolean {
	return (
		a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
	);
}
