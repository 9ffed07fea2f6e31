import assert from "node:assert/strict";
import { patienceMs } from "./patience.ts";
import { runPlayer } from "./run.ts";

/** Its own are five and twenty seconds, in which a busy machine may not have answered yet. */
const patient = ["timeout", "tcp-timeout"].map(
	(name) => `${name}=${1000 * patienceMs}`,
);

/**
 * Plays with gst-launch and rtspsrc until the pipeline's own end of stream; fails when that does not come.
 * rtspsrc 1.22 sometimes fails while it closes by itself: its PAUSE is never sent, or it hangs up in the millisecond
 * after its TEARDOWN and complains of an end of file (both seen on the wire: the server closed nothing): that alone
 * does not count.
 */
export async function playToEnd(
	pipeline: readonly string[],
	limitMs?: number,
): Promise<void> {
	const { code, stdout, stderr } = await runPlayer(
		"gst-launch-1.0",
		["rtspsrc", ...patient, ...pipeline],
		limitMs,
	);
	assert.match(stdout.toString(), /Got EOS from element/, stderr);
	const closing =
		/gst_rtspsrc_(?:pause|close) \(\)[\s\S]*Could not send message/.test(
			stderr,
		);
	assert.ok(code === 0 || closing, stderr);
}
