import type { Camera } from "../../camera/camera.ts";
import type { AudioSource } from "../../camera/types.ts";
import { audioNotSupported } from "../faults.ts";

/** The camera's microphone. Throws ter:AudioNotSupported. */
export function requireAudio({ audioSource }: Camera): AudioSource {
	if (audioSource === undefined)
		throw audioNotSupported("sound of a camera without microphone");
	return audioSource;
}
