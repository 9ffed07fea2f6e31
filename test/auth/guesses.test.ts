import assert from "node:assert/strict";
import { test } from "node:test";
import { createGuesses } from "../../src/auth/guesses.ts";
import { fakeClock } from "./fakes.ts";

function wrong(
	guesses: ReturnType<typeof createGuesses>,
	times: number,
	client = "192.0.2.1",
) {
	for (let i = 0; i < times; i++) guesses.wrong(client, "admin");
}

test("ten wrong passwords at once, then one in six seconds", () => {
	const clock = fakeClock();
	const guesses = createGuesses(clock);
	wrong(guesses, 9);
	assert.equal(guesses.wait("192.0.2.1", "admin"), 0);
	wrong(guesses, 1);
	assert.equal(guesses.wait("192.0.2.1", "admin"), 6);
	clock.advance(6000);
	assert.equal(guesses.wait("192.0.2.1", "admin"), 0);
	wrong(guesses, 1);
	assert.equal(guesses.wait("192.0.2.1", "admin"), 6);
	clock.advance(60_000);
	wrong(guesses, 9);
	assert.equal(guesses.wait("192.0.2.1", "admin"), 0);
});

test("another name and another client are not held up", () => {
	const guesses = createGuesses(fakeClock());
	wrong(guesses, 20);
	assert.equal(guesses.wait("192.0.2.1", "frigate"), 0);
	assert.equal(guesses.wait("192.0.2.2", "admin"), 0);
});

test("the addresses of one IPv6 network count as one", () => {
	const guesses = createGuesses(fakeClock());
	wrong(guesses, 10, "2001:db8:0:1::1");
	assert.ok(guesses.wait("2001:db8:0:1:a:b:c:d", "admin") > 0);
	assert.equal(guesses.wait("2001:db8:0:2::1", "admin"), 0);
});

test("a flood of names is forgotten, the oldest first", () => {
	const guesses = createGuesses(fakeClock());
	wrong(guesses, 10);
	for (let i = 0; i < 1024; i++) guesses.wrong("192.0.2.9", `name ${i}`);
	assert.equal(guesses.wait("192.0.2.1", "admin"), 0);
});
