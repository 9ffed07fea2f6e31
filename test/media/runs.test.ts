import assert from "node:assert/strict";
import { test } from "node:test";
import { Runs } from "../../src/media/runs.ts";
import { FakeTime } from "../helpers/fake-time.ts";
import { Lives } from "./lives.ts";

test("where nothing has to be waited for, it has begun when `start` returns; else one after the other", async () => {
	const time = new FakeTime();
	const lives = new Lives();
	const runs = new Runs(async (signal) => {
		await lives.live(signal);
	});
	await runs.ended();
	runs.start();
	assert.equal(lives.began, 1);
	runs.stop();
	runs.stop();
	lives.last.end();
	await runs.ended();
	runs.start();
	assert.equal(lives.began, 2, "the last one is over");
	runs.stop();
	runs.start();
	runs.stop();
	runs.start();
	assert.equal(lives.began, 2);
	lives.last.end();
	await time.settled();
	assert.equal(lives.began, 3);
	assert.equal(lives.last.signal.aborted, false, "who left began nothing");
	assert.ok(runs.wanted);
	lives.last.end();
	await runs.ended();
	assert.ok(runs.wanted, "nobody stopped it");
	runs.start();
	assert.equal(lives.began, 3);
});
