import type { Camera } from "../../camera/camera.ts";
import type { AudioOutput } from "../../camera/types.ts";
import {
	audioDecodingNotSupported,
	audioOutputNotSupported,
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
