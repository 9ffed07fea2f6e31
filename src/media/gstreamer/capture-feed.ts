import type { Writable } from "node:stream";
import type { Program, ProgramExit } from "../../system/supervise.ts";
import type { RtpEncoding } from "../relay/decode-line.ts";
import { whenPlaying } from "./playing.ts";

/** Another camera's video, which comes over the network to us and from us to the capture. */
export interface CaptureFeed {
	readonly encoding: RtpEncoding;
	/** Writes it to `stdin`, and ends that when the camera does. */
	attach(stdin: Writable): void;
	/** Idempotent. */
	close(): void;
}

/**
 * Feeds a child that tells when it plays (-m). Until then the video waits in its stdin's buffer: GStreamer stamps what
 * it reads earlier with a time that is hours ahead, and the jitter buffer waits for that time to come.
 */
export function feedWhenPlaying(feed: CaptureFeed, program: Program): void {
	const { stdin, stdout } = program;
	if (!stdin) return;
	stdin.cork();
	whenPlaying(stdout, () => stdin.uncork());
	feed.attach(stdin);
}

/** At the end of its input; with encoders still there, shmsink takes its stop for an error. */
export function endedWell({ code, stderr }: ProgramExit): boolean {
	const errors = stderr.split("\n").filter((line) => line.startsWith("ERROR"));
	return (
		code === 0 ||
		(stderr.includes("gst_poll_wait returned -1, errno: 16") &&
			errors.every((line) => line.includes("GstShmSink")))
	);
}
