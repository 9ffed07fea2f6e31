import assert from "node:assert/strict";
import { test } from "node:test";
import type { Caller } from "../../src/auth/allowances.ts";
import { createGuesses } from "../../src/auth/guesses.ts";
import { networkOf } from "../../src/auth/network-of.ts";
import type { AuthResult } from "../../src/auth/types.ts";
import { countingRandom, fakeClock } from "./fakes.ts";

const wrong: AuthResult = {
	kind: "refused",
	reason: "wrong password",
	stale: false,
	guess: true,
};

/** Logins at a clock that stands; those that wait are looked at when `next` is called. */
function setUp() {
	const clock = fakeClock();
	const asleep: { readonly milliseconds: number; wake(): void }[] = [];
	const guesses = createGuesses(clock, {
		random: countingRandom(),
		sleep: (milliseconds) =>
			new Promise((wake) => asleep.push({ milliseconds, wake })),
	});
	const caller = (other: Partial<Caller> = {}): Caller => ({
		client: "192.0.2.1",
		connection: undefined,
		agent: "guesser",
		foreignPage: false,
		...other,
	});
	const attempt = (
		result: AuthResult,
		other?: Partial<Caller>,
		name = "admin",
	) =>
		guesses.guard(
			caller(other),
			() => name,
			() => result,
		);
	const right = (name = "admin"): AuthResult => ({
		kind: "authenticated",
		identity: { name, level: "Administrator" },
	});
	/** How a login ends: that it waits, and for how many seconds, or what came of it at once. */
	const fate = (result: AuthResult | Promise<AuthResult>): string => {
		if (result instanceof Promise)
			return `waits ${(asleep.at(-1)?.milliseconds ?? 0) / 1000} s`;
		return result.kind === "refused" ? result.reason : result.kind;
	};
	const guess = (times: number, other?: Partial<Caller>, name?: string) => {
		for (let i = 0; i < times; i++) void attempt(wrong, other, name);
	};
	return { clock, asleep, attempt, right, fate, guess };
}

test("ten wrong passwords are answered at once, then one in two seconds, and who will not wait is refused", () => {
	const { attempt, fate, clock } = setUp();
	const ten = Array.from({ length: 10 }, () => fate(attempt(wrong)));
	assert.deepEqual([...new Set(ten)], ["wrong password"]);
	const more = Array.from({ length: 5 }, () => fate(attempt(wrong)));
	assert.deepEqual(more, [
		"waits 2 s",
		"waits 4 s",
		"waits 6 s",
		"too many wrong passwords",
		"too many wrong passwords",
	]);
	clock.advance(8000);
	assert.equal(fate(attempt(wrong)), "wrong password");
	assert.equal(fate(attempt(wrong)), "waits 2 s");
});

test("who is refused unseen is told when to come again", () => {
	const { attempt, guess } = setUp();
	guess(13);
	const result = attempt(wrong);
	assert.ok(!(result instanceof Promise) && result.kind === "refused");
	assert.equal(result.retrySeconds, 8);
	assert.equal(result.guess, undefined);
});

test("a right password waits like a wrong one, which its quick answer would betray, and then is let in", async () => {
	const { attempt, asleep, guess, right, clock, fate } = setUp();
	guess(10);
	const login = attempt(right());
	assert.equal(fate(login), "waits 2 s");
	clock.advance(2000);
	asleep[0]?.wake();
	assert.equal((await login).kind, "authenticated");
	// Nothing was spent: the next one's turn is now.
	assert.equal(fate(attempt(wrong)), "wrong password");
});

test("a client that has logged in before is not held up by who guesses beside it", () => {
	const { attempt, guess, right, fate } = setUp();
	assert.equal(fate(attempt(right(), { agent: "recorder" })), "authenticated");
	guess(100);
	assert.equal(fate(attempt(right(), { agent: "recorder" })), "authenticated");
	assert.equal(fate(attempt(right())), "too many wrong passwords");
	// Who takes its User-Agent for himself guesses no faster for it.
	guess(10, { agent: "recorder" });
	assert.equal(fate(attempt(wrong, { agent: "recorder" })), "waits 2 s");
});

test("who has logged in on a connection goes on there, until he is wrong", () => {
	const { attempt, guess, right, fate } = setUp();
	const connection = {};
	attempt(right(), { connection });
	guess(100);
	for (let i = 0; i < 3; i++)
		assert.equal(fate(attempt(right(), { connection })), "authenticated");
	assert.equal(fate(attempt(wrong, { connection })), "wrong password");
	assert.equal(
		fate(attempt(right(), { connection })),
		"too many wrong passwords",
	);
});

test("a connection that one user has logged in on is none to guess at another from", () => {
	const { attempt, guess, right, fate } = setUp();
	const connection = {};
	attempt(right("viewer"), { connection });
	guess(13, { connection });
	assert.equal(
		fate(attempt(wrong, { connection })),
		"too many wrong passwords",
	);
});

test("a page of another site uses up no program's guesses", () => {
	const { attempt, guess, fate } = setUp();
	guess(100, { foreignPage: true });
	assert.equal(fate(attempt(wrong)), "wrong password");
});

test("another name and another address are not held up", () => {
	const { attempt, guess, right, fate } = setUp();
	guess(100);
	assert.equal(fate(attempt(right("frigate"), {}, "frigate")), "authenticated");
	assert.equal(
		fate(attempt(right(), { client: "192.0.2.2" })),
		"authenticated",
	);
});

test("what is no guess costs nothing: stale nonces, replays, tokens of another time", () => {
	const { attempt, fate } = setUp();
	const stale: AuthResult = { kind: "refused", reason: "old", stale: true };
	const replay: AuthResult = { kind: "refused", reason: "again", stale: false };
	for (let i = 0; i < 50; i++) {
		void attempt(stale);
		void attempt(replay);
	}
	assert.equal(fate(attempt(wrong)), "wrong password");
});

test("an old password that a recorder tries every three seconds holds nobody up", () => {
	const { attempt, clock, right, fate } = setUp();
	for (let i = 0; i < 1000; i++) {
		assert.equal(fate(attempt(wrong)), "wrong password");
		clock.advance(3000);
	}
	assert.equal(fate(attempt(right(), { agent: "browser" })), "authenticated");
});

test("the addresses of one IPv6 network count as one, however they are written", () => {
	const { attempt, guess, fate } = setUp();
	guess(13, { client: "2001:db8::1" });
	assert.equal(
		fate(attempt(wrong, { client: "2001:db8:0:0:a:b:c:d" })),
		"too many wrong passwords",
	);
	assert.equal(
		fate(attempt(wrong, { client: "2001:db8:0:2::1" })),
		"wrong password",
	);
	const networks = [
		["::1", "0:0:0:0"],
		["fe80::1%eth0", "fe80:0:0:0"],
		["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
		["2001:db8:1:2::", "2001:db8:1:2"],
		["192.0.2.7", "192.0.2.7"],
	];
	for (const [address = "", network] of networks)
		assert.equal(networkOf(address), network);
});

test("by thousands of names nobody gets his guesses back", () => {
	const { attempt, guess, fate } = setUp();
	guess(13);
	for (let i = 0; i < 20_000; i++) guess(1, {}, `name ${i}`);
	assert.equal(fate(attempt(wrong)), "too many wrong passwords");
});

test("a flood of networks is forgotten, the oldest first", () => {
	const { attempt, guess, fate } = setUp();
	guess(13);
	for (let i = 0; i < 4096; i++)
		guess(1, { client: `10.0.${i >> 8}.${i & 255}` });
	assert.equal(fate(attempt(wrong)), "wrong password");
});

test("no more than eight of a network wait, and thirty-two in all, each place free again afterwards", async () => {
	const { attempt, asleep, guess, fate } = setUp();
	const users = Array.from({ length: 40 }, (_, i) => `user ${i}`);
	const clients = Array.from({ length: 8 }, (_, i) => `192.0.2.${i + 1}`);
	const waiting = [];
	for (const client of clients)
		for (const user of users) {
			guess(10, { client }, user);
			const login = attempt(wrong, { client }, user);
			if (login instanceof Promise) waiting.push(login);
		}
	assert.equal(waiting.length, 32);
	assert.equal(asleep.length, 32);
	for (const { wake } of asleep) wake();
	await Promise.all(waiting);
	const again = { client: "198.51.100.1" };
	guess(10, again);
	assert.equal(fate(attempt(wrong, again)), "waits 2 s");
});
