import type { Camera } from "../../camera/camera.ts";
import type {
	AudioDecoderConfiguration,
	AudioOutput,
	AudioOutputConfiguration,
	Token,
} from "../../camera/types.ts";
import {
	audioDecodingNotSupported,
	audioOutputNotSupported,
	noConfig,
} from "../faults.ts";

const what = "talking to a camera without loudspeaker";

/** The camera's loudspeaker. Throws ter:AudioOutputNotSupported. */
export function requireAudioOutput({ audioOutputs }: Camera): AudioOutput {
	if (audioOutputs.output === undefined) throw audioOutputNotSupported(what);
	return audioOutputs.output;
}

/** Throws ter:AudioDecodingNotSupported. */
export function requireAudioDecoding({ audioOutputs }: Camera): void {
	if (audioOutputs.output === undefined) throw audioDecodingNotSupported(what);
}

/** Throws ter:NoConfig. */
export function findAudioOutputConfiguration(
	{ audioOutputs }: Camera,
	token: Token,
): AudioOutputConfiguration {
	const configuration = audioOutputs.configuration(token);
	if (configuration === undefined) throw noConfig(token);
	return configuration;
}

/** Throws ter:NoConfig. */
export function findAudioDecoderConfiguration(
	{ audioOutputs }: Camera,
	token: Token,
): AudioDecoderConfiguration {
	const configuration = audioOutputs.decoder(token);
	if (configuration === undefined) throw noConfig(token);
	return configuration;
}
