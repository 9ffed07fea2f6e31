import assert from "node:assert/strict";
import { test } from "node:test";
import { watchFrames } from "../../src/doctor/frames.ts";
import { noKeyFrame } from "../../src/media/stream.ts";
import {
	SourceUnavailable,
	type StreamDescription,
} from "../../src/media/types.ts";
import { FakeStream, h264Description, makeFrame } from "../rtsp/fake-stream.ts";

/** Says at each DESCRIBE the next of `reasons`, then gives frames. */
class SlowStream extends FakeStream {
	readonly #reasons: string[];

	constructor(reasons: readonly string[]) {
		super();
		this.#reasons = [...reasons];
	}

	override async describe(): Promise<StreamDescription> {
		const reason = this.#reasons.shift();
		if (reason !== undefined) throw new SourceUnavailable(reason);
		for (let n = 0; n < 5; n++) this.feed(makeFrame({ key: n === 0 }));
		return h264Description;
	}
}

const { signal } = new AbortController();

test("an encoder that is only slow is waited for", async () => {
	const stream = new SlowStream([noKeyFrame, noKeyFrame, noKeyFrame]);
	await watchFrames(stream, 5, signal);
	assert.equal(stream.viewers, 0);
});

test("one that does not work is asked twice", async () => {
	const stream = new SlowStream(["it is broken", "it is broken", "not asked"]);
	await assert.rejects(
		watchFrames(stream, 5, signal),
		/^TooFewFrames: 0 of 5 frames: it is broken$/,
	);
});

test("when its time is up, a slow one is given up", async () => {
	const late = new AbortController();
	const stream = new SlowStream(Array(3).fill(noKeyFrame));
	const watching = watchFrames(stream, 5, late.signal);
	late.abort(new Error("late"));
	await assert.rejects(watching, /late/);
});
