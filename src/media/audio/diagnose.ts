import type { ProgramExit } from "../../system/supervise.ts";
import { type Diagnosis, diagnose } from "../gstreamer/diagnose.ts";
import type { LocalInput } from "./launch.ts";

/** Why a child that takes sound ended, in words that say what to do. */
export function diagnoseAudio(exit: ProgramExit, input: LocalInput): Diagnosis {
	if (input.kind === "alsa") {
		const reason = alsaTrouble(exit.stderr, input.device);
		if (reason !== undefined) return { reason, permanent: false };
	}
	return diagnose(exit);
}

function alsaTrouble(stderr: string, device: string): string | undefined {
	const name = `ALSA device ${device}`;
	if (/being used by another application/.test(stderr))
		return `${name} is in use by another program`;
	if (/Permission denied/.test(stderr))
		return `${name}: permission denied; add the service's user to the group audio`;
	if (/Recording open error on device/.test(stderr))
		return `${name} is not there: is the microphone plugged in? arecord -L names those that are`;
	if (/Can't record audio fast enough|Error recording from audio/.test(stderr))
		return `${name} went away`;
	return undefined;
}
