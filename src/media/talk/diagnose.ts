import type { ProgramExit } from "../../system/supervise.ts";
import { alsaTrouble } from "../gstreamer/alsa-trouble.ts";
import { diagnose } from "../gstreamer/diagnose.ts";
import type { AudioSink } from "../types.ts";

/** Why a child that plays ended, in words that say what to do. */
export function diagnoseTalk(exit: ProgramExit, sink: AudioSink): string {
	return (
		(sink.kind === "alsa" && alsaTrouble(exit.stderr, sink.device, "out")) ||
		diagnose(exit).reason
	);
}
