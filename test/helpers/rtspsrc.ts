import assert from "node:assert/strict";
import { run } from "./run.ts";

/**
 * Plays with gst-launch and rtspsrc until the pipeline's own end of stream; fails when that does not come.
 * rtspsrc 1.22 sometimes fails to write its PAUSE while it closes by itself (seen on the wire: nothing is sent, the
 * server closed nothing, its TEARDOWN follows and is answered): that alone does not count.
 */
export async function playToEnd(
	pipeline: readonly string[],
	limitMs?: number,
): Promise<void> {
	const { code, stdout, stderr } = await run(
		"gst-launch-1.0",
		["rtspsrc", ...pipeline],
		limitMs,
	);
	assert.match(stdout.toString(), /Got EOS from element/, stderr);
	const closing = /gst_rtspsrc_pause \(\)[\s\S]*Could not send message/.test(
		stderr,
	);
	assert.ok(code === 0 || closing, stderr);
}
