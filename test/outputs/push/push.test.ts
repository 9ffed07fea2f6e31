import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Push } from "../../../src/outputs/push/push.ts";
import {
	type Attempt,
	PushFailed,
	type PushTarget,
} from "../../../src/outputs/push/types.ts";
import { systemClock } from "../../../src/system/clock.ts";

const target: PushTarget = {
	profile: "main",
	url: "rtp://receiver.example:5004",
	ttl: 1,
	interface: null,
	sdp: null,
};

/** A scheme that the test ends by hand, try by try. */
class Tried {
	readonly tries: { attempt: Attempt; fail(error: Error): void }[] = [];
	readonly lines: string[] = [];
	readonly push: Push;

	constructor(t: TestContext, url = target.url) {
		t.mock.timers.enable({ apis: ["setTimeout"] });
		const note = (message: string, fields: unknown) =>
			void this.lines.push(`${message} ${JSON.stringify(fields)}`);
		this.push = new Push(
			{ ...target, url },
			{
				directory: { find: () => undefined },
				network: { interfaces: () => [] },
				clock: systemClock,
				log: { info: note, warn: note, error: note },
			},
			(_target, _context, attempt) =>
				new Promise((resolve, reject) => {
					attempt.signal.addEventListener("abort", () => resolve());
					this.tries.push({ attempt, fail: reject });
				}),
		);
		this.push.start();
	}

	async fail(reason: string): Promise<void> {
		this.tries.at(-1)?.fail(new PushFailed(reason));
		await turn();
	}

	sends(): void {
		this.tries.at(-1)?.attempt.sending();
	}
}

async function tick(t: TestContext, ms: number): Promise<void> {
	t.mock.timers.tick(ms);
	await turn();
}

test("a target that is down is tried after growing pauses, and told of once", async (t) => {
	const tried = new Tried(t);
	const pauses = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
	for (const [index, pause] of pauses.entries()) {
		assert.equal(tried.tries.length, index + 1);
		await tried.fail("nobody listens");
		assert.equal(tried.push.status.state, "waiting");
		assert.equal(tried.push.status.reason, "nobody listens");
		assert.equal(tried.push.status.failures, index + 1);
		await tick(t, pause - 1);
		assert.equal(tried.tries.length, index + 1);
		await tick(t, 1);
	}
	assert.equal(tried.tries.length, pauses.length + 1);
	assert.deepEqual(tried.lines, [
		'push failed; it is tried again {"profile":"main","target":"rtp://receiver.example:5004","reason":"nobody listens"}',
	]);
	await tried.push.stop();
});

test("a target that comes and goes does not fill the log, and one that stays is told of", async (t) => {
	const tried = new Tried(t);
	tried.sends();
	assert.equal(tried.push.status.state, "sending");
	for (let n = 0; n < 10; n++) {
		await tried.fail("refused");
		await tick(t, 30_000);
		tried.sends();
	}
	assert.equal(tried.lines.length, 2);
	await tick(t, 10_000);
	assert.deepEqual(
		tried.lines.map((line) => line.split(" {")[0]),
		["push sends", "push failed; it is tried again", "push sends again"],
	);
	assert.equal(tried.push.status.failures, 0);
	await tried.fail("refused");
	assert.equal(tried.lines.length, 4);
	await tick(t, 1000);
	assert.equal(tried.tries.length, 12);
	await tried.push.stop();
});

test("stopping ends the try", async (t) => {
	const tried = new Tried(t);
	await tried.push.stop();
	assert.ok(tried.tries[0]?.attempt.signal.aborted);
});

test("stopping ends the pause", async (t) => {
	const tried = new Tried(t);
	await tried.fail("away");
	await tried.push.stop();
	assert.equal(tried.tries.length, 1);
});

test("what stands in an address beside host and port is told to nobody", async (t) => {
	const tried = new Tried(t, "rtp://ann:secret@receiver:5004/key?token=hidden");
	assert.equal(tried.push.status.url, "rtp://receiver:5004");
	await tried.fail("away");
	assert.doesNotMatch(tried.lines.join(), /secret|hidden|key/);
	await tried.push.stop();
});
