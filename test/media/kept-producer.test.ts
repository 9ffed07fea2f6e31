import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptProducer } from "../../src/media/kept-producer.ts";
import { FakeTime } from "../helpers/fake-time.ts";
import { Lives } from "./lives.ts";

test("a producer is kept up: its stream learns each start and each trouble, the log what is news", async () => {
	const time = new FakeTime();
	const lives = new Lives();
	const said: string[] = [];
	let heard = () => {};
	const producer = new KeptProducer({
		token: "main",
		sink: {
			restarted: () => said.push("restarted"),
			packet() {},
			unavailable: (reason) => said.push(`unavailable: ${reason}`),
		},
		log: {
			info: (message, fields) => said.push(`${message} ${fields?.stream}`),
			warn: (message, fields) => said.push(`${message}: ${fields?.reason}`),
			error: (message) => said.push(message),
		},
		words: { again: "again", never: "never", back: "it is back" },
		live(signal, well) {
			heard = well;
			return lives.live(signal);
		},
		clock: time,
		timer: time.timer,
	});
	const since = () => said.splice(0);
	producer.start();
	await time.settled();
	heard();
	assert.deepEqual(since(), ["restarted"]);
	for (const _ of [1, 2]) {
		lives.last.end({ reason: "it broke" });
		await time.pass(1000);
	}
	assert.equal(producer.unavailable, "it broke");
	const told = "unavailable: it broke";
	assert.deepEqual(since(), [
		"again: it broke",
		told,
		"restarted",
		told,
		"restarted",
	]);
	heard();
	heard();
	assert.equal(producer.unavailable, undefined);
	assert.deepEqual(since(), ["it is back main"]);
	lives.last.end({ reason: "it is not installed", next: "never" });
	await producer.stopped();
	await time.pass(60_000);
	assert.deepEqual(since(), [
		"never: it is not installed",
		"unavailable: it is not installed",
	]);
	producer.stop();
	producer.start();
	await time.settled();
	assert.deepEqual(since(), ["restarted"]);
	producer.stop();
	lives.last.end({ reason: "not looked at" });
	await producer.stopped();
	assert.deepEqual(since(), []);
});
