import assert from "node:assert/strict";
import { test } from "node:test";
import { Upkeep, type UpkeepOptions } from "../../src/media/upkeep.ts";
import { FakeTime } from "../helpers/fake-time.ts";
import { Lives } from "./lives.ts";

function underTest(other: Partial<UpkeepOptions> = {}) {
	const time = new FakeTime();
	const lives = new Lives();
	const told: string[] = [];
	const upkeep = new Upkeep({
		live: lives.live,
		onTrouble: (_end, reason, news) =>
			told.push(news ? `${reason}!` : `${reason}`),
		clock: time,
		timer: time.timer,
		...other,
	});
	/** Ends the present life, and tells how long it takes until the next. */
	const pauseAfter = async (reason?: string) => {
		const { began } = lives;
		const from = time.now();
		lives.last.end({ reason });
		await time.settled();
		while (lives.began === began) {
			assert.ok(time.now() - from <= 60_000, "it is begun anew");
			await time.pass(50);
		}
		return time.now() - from;
	};
	return { time, lives, told, upkeep, pauseAfter };
}

test("what dies is begun anew: at once, then with pauses that grow up to four seconds", async () => {
	const { time, lives, upkeep, pauseAfter } = underTest();
	assert.equal(lives.began, 0);
	upkeep.start();
	upkeep.start();
	await time.settled();
	assert.equal(lives.began, 1);
	const pauses: number[] = [];
	for (let n = 0; n < 9; n++) pauses.push(await pauseAfter("gone"));
	assert.deepEqual(pauses, [0, 100, 200, 400, 800, 1600, 3200, 4000, 4000]);
	await time.pass(5000);
	assert.equal(await pauseAfter("gone"), 0, "it was well for long enough");
	assert.equal(await pauseAfter("gone"), 100);
});

test("the pauses go on where they were for who comes later, unless it was well meanwhile", async () => {
	const { time, lives, upkeep, pauseAfter } = underTest();
	const again = async () => {
		upkeep.stop();
		lives.last.end();
		await time.settled();
		upkeep.start();
		await time.settled();
	};
	upkeep.start();
	await time.settled();
	for (const ms of [0, 100, 200]) assert.equal(await pauseAfter("gone"), ms);
	await again();
	assert.equal(await pauseAfter("gone"), 400);
	await time.pass(5000);
	await again();
	assert.equal(await pauseAfter("gone"), 0);
});

test("each trouble is told, and whether it is news", async () => {
	const { time, lives, told, upkeep, pauseAfter } = underTest();
	upkeep.start();
	await time.settled();
	assert.equal(upkeep.trouble, undefined);
	await pauseAfter();
	assert.deepEqual([told, upkeep.trouble], [[], undefined], "nothing to tell");
	for (const reason of ["a", "a", "b"]) await pauseAfter(reason);
	assert.equal(upkeep.trouble, "b");
	assert.equal(upkeep.well(), true);
	assert.equal(upkeep.well(), false);
	assert.equal(upkeep.trouble, undefined);
	await pauseAfter("b");
	assert.deepEqual(told, ["a!", "a", "b!", "b!"]);
	upkeep.stop();
	assert.equal(upkeep.trouble, "b", "still what was wrong last");
	lives.last.end({ reason: "not looked at" });
	upkeep.start();
	assert.equal(upkeep.trouble, undefined, "nothing was tried since");
	await time.settled();
	await pauseAfter("b");
	assert.deepEqual(told.slice(4), ["b"]);
});

test("a life that rejects ended for that reason", async () => {
	const { time, lives, told, upkeep } = underTest();
	upkeep.start();
	await time.settled();
	lives.last.fail(new Error("no such device"));
	await time.settled();
	assert.deepEqual(told, ["no such device!"]);
	assert.equal(lives.began, 2);
	lives.last.fail("only words");
	await time.pass(100);
	assert.deepEqual(told, ["no such device!", "only words!"]);
	assert.equal(lives.began, 3);
	upkeep.stop();
	lives.last.fail(new Error("stopped"));
	await upkeep.ended();
	assert.equal(told.length, 2);
});

test("one life after the other: who comes during the end of the last waits for it", async () => {
	const { time, lives, upkeep } = underTest();
	upkeep.start();
	await time.settled();
	const first = lives.last;
	upkeep.stop();
	assert.ok(first.signal.aborted);
	assert.equal(upkeep.wanted, false);
	upkeep.start();
	upkeep.stop();
	upkeep.start();
	await time.pass(10_000);
	assert.equal(lives.began, 1, "the first still ends");
	first.end({ reason: "not looked at" });
	await time.settled();
	assert.equal(lives.began, 2, "who came and left meanwhile began nothing");
	assert.equal(lives.last.signal.aborted, false);
	upkeep.stop();
	lives.last.end();
	await upkeep.ended();
	assert.equal(lives.began, 2);
});

test("stopped in a pause, nothing begins any more, and no timer is left", async () => {
	const { time, lives, upkeep, pauseAfter } = underTest();
	upkeep.start();
	await time.settled();
	await pauseAfter("gone");
	lives.last.end({ reason: "gone" });
	await time.settled();
	assert.equal(time.pending, 1);
	upkeep.stop();
	await upkeep.ended();
	assert.equal(time.pending, 0);
	await time.pass(10_000);
	assert.equal(lives.began, 2);
});

test("the first life waits for what was before it, and begins not at all when it was stopped meanwhile", async () => {
	let over = () => {};
	const after = new Promise<void>((resolve) => {
		over = resolve;
	});
	const { time, lives, upkeep } = underTest({ after });
	upkeep.start();
	await time.settled();
	assert.equal(lives.began, 0);
	upkeep.stop();
	over();
	await upkeep.ended();
	assert.equal(lives.began, 0);
	upkeep.start();
	await time.settled();
	assert.equal(lives.began, 1);
});

test("after trouble it waits until it is worth a try, or is stopped; the wait counts as time that it took", async () => {
	let back = () => {};
	const { time, lives, told, upkeep } = underTest({
		whenBack: (signal) =>
			new Promise((resolve) => {
				back = resolve;
				signal.addEventListener("abort", () => resolve());
			}),
	});
	upkeep.start();
	await time.settled();
	for (let n = 1; n < 4; n++) {
		lives.last.end({ reason: "unplugged" });
		await time.pass(60_000);
		assert.equal(lives.began, n);
		back();
		await time.settled();
		assert.equal(lives.began, n + 1, "at once");
	}
	lives.last.end({ reason: "unplugged" });
	await time.settled();
	assert.equal(told.length, 4);
	upkeep.stop();
	await upkeep.ended();
	assert.equal(lives.began, 4);
});

test("an end may say when the next life begins", async () => {
	const { time, lives, told, upkeep } = underTest();
	upkeep.start();
	await time.settled();
	for (let n = 1; n < 6; n++) {
		lives.last.end({ next: "at once" });
		await time.settled();
		assert.equal(lives.began, n + 1);
	}
	lives.last.end({ reason: "not installed", next: "never" });
	await time.pass(60_000);
	assert.equal(lives.began, 6);
	assert.equal(upkeep.trouble, "not installed");
	upkeep.start();
	await time.settled();
	assert.equal(lives.began, 6, "it is still wanted as it was");
	upkeep.stop();
	upkeep.start();
	await time.settled();
	assert.equal(lives.began, 7);
	assert.deepEqual(told, ["not installed!"]);
});

test("not for so long, whoever comes meanwhile: they are told why", async () => {
	const { time, lives, told, upkeep } = underTest();
	upkeep.start();
	await time.settled();
	lives.last.end({ reason: "wrong password", next: { notForMs: 30_000 } });
	await time.pass(10_000);
	assert.deepEqual(told, ["wrong password!", "wrong password"]);
	upkeep.stop();
	await upkeep.ended();
	assert.equal(time.pending, 0);
	upkeep.start();
	assert.equal(upkeep.trouble, "wrong password");
	await time.pass(19_999);
	assert.equal(told.length, 3);
	assert.equal(lives.began, 1);
	await time.pass(1);
	assert.equal(lives.began, 2);
	upkeep.stop();
	lives.last.end();
	await time.pass(30_000);
	upkeep.start();
	assert.equal(upkeep.trouble, undefined);
});
