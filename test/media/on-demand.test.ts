import assert from "node:assert/strict";
import { test } from "node:test";
import { OnDemand } from "../../src/media/on-demand.ts";
import { FakeTime } from "../helpers/fake-time.ts";
import { Lives } from "./lives.ts";

const lingerMs = 300;

function underTest() {
	const time = new FakeTime();
	const lives = new Lives();
	const told: string[] = [];
	const shared = new OnDemand<string>({
		live: lives.live,
		lingerMs,
		onTrouble: (_end, reason) => told.push(reason),
		clock: time,
		timer: time.timer,
	});
	const { signal } = new AbortController();
	return { time, lives, told, shared, signal };
}

test("the first user begins it, all have the same, and it lives on for a while after the last", async () => {
	const { time, lives, shared, signal } = underTest();
	const leave = [shared.acquire(), shared.acquire()];
	const had = [shared.ready(signal), shared.ready(signal)];
	await time.settled();
	assert.equal(lives.began, 1);
	lives.last.have("a");
	assert.deepEqual(await Promise.all(had), ["a", "a"]);
	assert.equal(await shared.ready(signal), "a");
	leave[0]?.();
	leave[0]?.();
	await time.pass(60_000);
	assert.equal(shared.value, "a", "leaving twice counts once");
	leave[1]?.();
	await time.pass(lingerMs - 1);
	assert.deepEqual([shared.value, shared.wanted], ["a", true]);
	assert.equal(lives.last.signal.aborted, false);
	await time.pass(1);
	assert.deepEqual([shared.value, shared.wanted], [undefined, false]);
	assert.ok(lives.last.signal.aborted);
	assert.equal(time.pending, 0);
});

test("who comes while it lingers finds it there, and it lingers anew", async () => {
	const { time, lives, shared, signal } = underTest();
	shared.acquire()();
	await time.pass(lingerMs - 1);
	lives.last.have("a");
	const leave = shared.acquire();
	await time.pass(10 * lingerMs);
	assert.equal(await shared.ready(signal), "a");
	leave();
	await time.pass(lingerMs - 1);
	shared.acquire()();
	await time.pass(lingerMs - 1);
	assert.equal(shared.value, "a");
	assert.equal(lives.began, 1);
	await time.pass(1);
	assert.ok(lives.last.signal.aborted);
});

test("left while it starts: what it becomes is nobody's", async () => {
	const { time, lives, shared, signal } = underTest();
	shared.acquire()();
	await time.pass(lingerMs);
	const [first] = lives.all;
	assert.ok(first?.signal.aborted);
	shared.acquire();
	let had: string | undefined;
	const waiting = shared.ready(signal).then((value) => {
		had = value;
	});
	first.have("too late");
	await time.settled();
	assert.deepEqual([had, shared.value, lives.began], [undefined, undefined, 1]);
	first.end({ reason: "not looked at" });
	await time.settled();
	assert.equal(lives.began, 2);
	lives.last.have("b");
	await waiting;
	assert.equal(had, "b");
});

test("who comes while it ends is given the next one, never the one that ends", async () => {
	const { time, lives, shared, signal } = underTest();
	const leave = shared.acquire();
	await time.settled();
	const first = lives.last;
	first.have("a");
	leave();
	await time.pass(lingerMs);
	shared.acquire();
	const next = shared.ready(signal);
	await time.settled();
	assert.equal(lives.began, 1, "the first still ends");
	first.end();
	await time.settled();
	lives.last.have("b");
	assert.equal(await next, "b");
});

test("when it dies, before or after it was ready, its users wait for the next life", async () => {
	const { time, lives, told, shared, signal } = underTest();
	shared.acquire();
	const had = shared.ready(signal);
	await time.settled();
	lives.last.end({ reason: "it broke while it started" });
	await time.settled();
	lives.last.have("b");
	assert.equal(await had, "b");
	lives.last.have(undefined);
	assert.equal(shared.value, undefined, "before why is found out");
	lives.last.end({ reason: "it broke" });
	await time.settled();
	const again = shared.ready(signal);
	await time.pass(100);
	lives.last.have("c");
	assert.equal(await again, "c");
	assert.deepEqual(told, ["it broke while it started", "it broke"]);
	assert.equal(shared.trouble, "it broke");
	assert.equal(shared.well(), true);
	assert.equal(shared.trouble, undefined);
});

test("used while some work lasts, also when that fails", async () => {
	const { time, lives, shared, signal } = underTest();
	const worked = shared.use(async () => `${await shared.ready(signal)}!`);
	await time.settled();
	lives.last.have("a");
	assert.equal(await worked, "a!");
	const failed = shared.use(() => Promise.reject(new Error("no picture")));
	await assert.rejects(failed, /no picture/);
	await time.pass(lingerMs);
	assert.ok(lives.last.signal.aborted);
});

for (const when of ["starts", "is there", "lingers", "pauses"] as const)
	test(`closed while it ${when}: it ends, nobody waits any longer, and nobody begins it again`, async () => {
		const { time, lives, shared, signal } = underTest();
		const leave = shared.acquire();
		await time.settled();
		const life = lives.last;
		if (when === "is there" || when === "lingers") life.have("a");
		if (when === "lingers") leave();
		if (when === "pauses") {
			life.end({ reason: "gone" });
			await time.settled();
			lives.last.end({ reason: "gone" });
			await time.settled();
		}
		const waiting =
			shared.value === undefined
				? assert.rejects(shared.ready(signal), /stopped/)
				: undefined;
		const { began } = lives;
		let closed = false;
		const closing = shared.close().then(() => {
			closed = true;
		});
		await waiting;
		await assert.rejects(shared.ready(signal), /stopped/);
		await time.settled();
		assert.equal(closed, when === "pauses", "it is waited for");
		leave();
		const late = shared.acquire();
		lives.last.have("too late");
		lives.last.end();
		await closing;
		late();
		await time.pass(60_000);
		assert.equal(lives.began, began);
		assert.equal(shared.value, undefined);
		assert.equal(time.pending, 0);
		await shared.close();
	});
