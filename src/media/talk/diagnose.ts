import type { ProgramExit } from "../../system/supervise.ts";
import { diagnose } from "../gstreamer/diagnose.ts";
import type { AudioSink } from "../types.ts";

/** Why a child that plays ended, in words that say what to do. */
export function diagnoseTalk(exit: ProgramExit, sink: AudioSink): string {
	return (
		(sink.kind === "alsa" && alsaTrouble(exit.stderr, sink.device)) ||
		diagnose(exit).reason
	);
}

function alsaTrouble(stderr: string, device: string): string | undefined {
	const name = `ALSA device ${device}`;
	if (/being used by another application/.test(stderr))
		return `${name} is in use by another program`;
	if (/Permission denied/.test(stderr))
		return `${name}: permission denied; add the service's user to the group audio`;
	if (/Playback open error on device/.test(stderr))
		return `${name} is not there: is the loudspeaker plugged in? aplay -L names those that are`;
	return undefined;
}
