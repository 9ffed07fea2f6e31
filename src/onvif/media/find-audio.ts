import type { Camera } from "../../camera/camera.ts";
import type {
	AudioEncoderConfiguration,
	AudioSource,
	AudioSourceConfiguration,
	Token,
} from "../../camera/types.ts";
import { audioNotSupported, noConfig } from "../faults.ts";

/** The camera's microphone. Throws ter:AudioNotSupported. */
export function requireAudio({ audioSource }: Camera): AudioSource {
	if (audioSource === undefined)
		throw audioNotSupported("sound of a camera without microphone");
	return audioSource;
}

/** Throws ter:NoConfig. */
export function findAudioSourceConfiguration(
	camera: Camera,
	token: Token,
): AudioSourceConfiguration {
	const configuration = camera.audioSourceConfiguration(token);
	if (configuration === undefined) throw noConfig(token);
	return configuration;
}

/** Throws ter:NoConfig. */
export function findAudioEncoderConfiguration(
	camera: Camera,
	token: Token,
): AudioEncoderConfiguration {
	const configuration = camera.audioEncoderConfiguration(token);
	if (configuration === undefined) throw noConfig(token);
	return configuration;
}
