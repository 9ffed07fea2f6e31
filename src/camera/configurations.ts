import {
	type AudioEncoderOptions,
	adaptAudioEncoder,
} from "./audio-encoder.ts";
import { adaptEncoder } from "./encoder.ts";
import { CameraError, refused } from "./errors.ts";
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
	return changed(list, wanted.token, (current) => {
		const named = renamed(current, wanted, "video source");
		if (!sameBounds(wanted.bounds, current.bounds)) {
			throw refused("the bounds cannot be changed");
		}
		return named;
	});
}

/** Applies what can be had of `wanted`: see `adaptEncoder`. */
export function withVideoEncoderConfiguration(
	state: CameraState,
	wanted: VideoEncoderConfiguration,
	options: EncoderOptions,
): readonly VideoEncoderConfiguration[] {
	const list = state.videoEncoderConfigurations;
	return changed(list, wanted.token, () => adaptEncoder(wanted, options));
}

/** Only the name can be set. */
export function withAudioSourceConfiguration(
	state: CameraState,
	wanted: AudioSourceConfiguration,
): readonly AudioSourceConfiguration[] {
	const list = state.audioSourceConfigurations;
	return changed(list, wanted.token, (current) =>
		renamed(current, wanted, "audio source"),
	);
}

/** See `adaptAudioEncoder`. */
export function withAudioEncoderConfiguration(
	state: CameraState,
	wanted: AudioEncoderConfiguration,
	options: AudioEncoderOptions,
): readonly AudioEncoderConfiguration[] {
	const list = state.audioEncoderConfigurations;
	return changed(list, wanted.token, () => adaptAudioEncoder(wanted, options));
}

/** The list with another in the place of the one with this token. Throws `CameraError` NoConfig when there is none. */
export function changed<T extends { readonly token: Token }>(
	list: readonly T[],
	token: Token,
	by: (current: T) => T,
): readonly T[] {
	const current = known(list, token);
	const other = by(current);
	return list.map((item) => (item === current ? other : item));
}

interface OfSource {
	readonly name: string;
	readonly sourceToken: Token;
}

/** `source` is what people call it. */
function renamed<T extends OfSource>(
	current: T,
	{ name, sourceToken }: OfSource,
	source: string,
): T {
	if (sourceToken !== current.sourceToken) {
		throw refused(`there is no such ${source}`);
	}
	return { ...current, name };
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

type Bounds = VideoSourceConfiguration["bounds"];

function sameBounds(a: Bounds, b: Bounds): boolean {
	return (
		a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
	);
}
