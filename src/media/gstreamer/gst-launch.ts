import { type Program, startProgram } from "../../system/supervise.ts";
import { gstreamerEnvironment } from "./environment.ts";

/** A pipeline to be: what logs call it, and its launch line. */
export interface GstLaunchSpec {
	readonly name: string;
	readonly args: readonly string[];
	/** It reads from `Program.stdin`. */
	readonly writable?: boolean;
}

/** Closing a pipeline takes a slow board a second. */
const defaultHangMs = 4000;
const error = /^ERROR: /m;
const errorLength = "\nERROR: ".length;

/**
 * Starts gst-launch-1.0: every pipeline of ours is started here.
 *
 * One that fails while it starts may say its ERROR and then wait for ever (1.22 waits for the end of a start that
 * has failed already): it is killed `hangMs` after its first ERROR line, and `diagnose` tells of that line.
 */
export function startGstLaunch(
	spec: GstLaunchSpec,
	hangMs = defaultHangMs,
): Program {
	let hang: NodeJS.Timeout | undefined;
	let end = "\n";
	const program = startProgram({
		...spec,
		// When we are killed, its last words meet a closed pipe: SIGPIPE would leave its pictures in /dev/shm.
		file: "env",
		args: ["--ignore-signal=PIPE", "gst-launch-1.0", ...spec.args],
		env: gstreamerEnvironment,
		onStderr(text) {
			if (hang) return;
			end += text;
			if (error.test(end)) hang = setTimeout(() => program.kill(), hangMs);
			else end = end.slice(-errorLength);
		},
	});
	void program.exited.then(() => clearTimeout(hang));
	return program;
}
