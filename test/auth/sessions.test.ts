import assert from "node:assert/strict";
import {
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSessionKey } from "../../src/auth/session-key.ts";
import { createSessions } from "../../src/auth/sessions.ts";
import type { User } from "../../src/auth/types.ts";
import { countingRandom, fakeClock } from "./fakes.ts";

const jason: User = {
	name: "jäsøn",
	password: "Secret, or not?",
	level: "User",
};

function setUp(key = Buffer.alloc(32, 7)) {
	const users = new Map([[jason.name, jason]]);
	const clock = fakeClock();
	const sessions = createSessions({
		users: { find: (name) => users.get(name) },
		clock,
		key,
		random: countingRandom(),
	});
	return { users, clock, sessions };
}

test("a session is its user's, also after a restart with the same key", () => {
	const token = setUp().sessions.issue(jason);
	assert.equal(setUp().sessions.find(token)?.name, "jäsøn");
	assert.match(token, /^[\w.-]+$/);
});

test("a session of another key is none, and its cookie has another name", () => {
	const { sessions } = setUp();
	const other = setUp(Buffer.alloc(32, 8)).sessions;
	assert.equal(other.find(sessions.issue(jason)), undefined);
	assert.notEqual(other.name, sessions.name);
});

test("a session ends with its user", () => {
	const { sessions, users } = setUp();
	const token = sessions.issue(jason);
	users.delete(jason.name);
	assert.equal(sessions.find(token), undefined);
});

test("a session ends with its user's password, and comes not back with a namesake", () => {
	const { sessions, users } = setUp();
	const token = sessions.issue(jason);
	users.set(jason.name, { ...jason, password: "another one" });
	assert.equal(sessions.find(token), undefined);
});

test("a session ends after thirty days", () => {
	const { sessions, clock } = setUp();
	const token = sessions.issue(jason);
	clock.advance((30 * 24 * 3600 - 1) * 1000);
	assert.ok(sessions.find(token));
	clock.advance(1000);
	assert.equal(sessions.find(token), undefined);
});

test("a session from the future is good: the clock was set back", () => {
	const { sessions, clock } = setUp();
	const token = sessions.issue(jason);
	clock.set(0);
	assert.ok(sessions.find(token));
});

test("logging out ends that session and no other", () => {
	const { sessions } = setUp();
	const [one, two] = [sessions.issue(jason), sessions.issue(jason)];
	sessions.end(one);
	assert.equal(sessions.find(one), undefined);
	assert.ok(sessions.find(two));
});

test("nothing of a session can be changed", () => {
	const { sessions, users } = setUp();
	users.set("bob", { ...jason, name: "bob" });
	const [issued, serial, , signature] = sessions.issue(jason).split(".");
	const bob = Buffer.from("bob").toString("base64url");
	for (const forged of [
		[issued, serial, bob, signature],
		["zzzzzz", serial, Buffer.from("jäsøn").toString("base64url"), signature],
		[issued, serial, bob],
		["", "", "", ""],
		["0", "A".repeat(16), bob, "A".repeat(43)],
		[`${"1".repeat(4000)}`, serial, bob, signature],
	])
		assert.equal(sessions.find(forged.join(".")), undefined);
});

test("the key is made once, for its owner alone, and anew when it is unusable", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-key-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const warnings: string[] = [];
	const log = {
		info() {},
		warn: (line: string) => warnings.push(line),
		error() {},
	};
	const random = countingRandom();
	const key = await openSessionKey(folder, log, random);
	assert.deepEqual(await openSessionKey(folder, log, random), key);
	const file = join(folder, "session-key");
	assert.equal(statSync(file).mode & 0o777, 0o600);
	assert.deepEqual(warnings, []);
	writeFileSync(file, "half a k");
	assert.notDeepEqual(await openSessionKey(folder, log, random), key);
	assert.deepEqual(warnings, [
		"the key of sessions was unusable; browsers log in again",
	]);
	assert.match(readFileSync(file, "latin1"), /^[0-9a-f]{64}\n$/);
});
