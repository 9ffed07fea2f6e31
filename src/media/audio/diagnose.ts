import type { ProgramExit } from "../../system/supervise.ts";
import { alsaTrouble } from "../gstreamer/alsa-trouble.ts";
import { type Diagnosis, diagnose } from "../gstreamer/diagnose.ts";
import type { LocalInput } from "./launch.ts";

/** Why a child that takes sound ended, in words that say what to do. */
export function diagnoseAudio(exit: ProgramExit, input: LocalInput): Diagnosis {
	const reason =
		input.kind === "alsa"
			? alsaTrouble(exit.stderr, input.device, "in")
			: undefined;
	return reason === undefined ? diagnose(exit) : { reason, permanent: false };
}
