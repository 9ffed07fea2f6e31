import assert from "node:assert/strict";
import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
	type EndedSessions,
	openEndedSessions,
} from "../../src/auth/ended-sessions.ts";
import { openSessionKey } from "../../src/auth/session-key.ts";
import { createSessions, isOver } from "../../src/auth/sessions.ts";
import type { User } from "../../src/auth/types.ts";
import { countingRandom, endedInMemory, fakeClock } from "./fakes.ts";

const jason: User = {
	name: "jäsøn",
	password: "Secret, or not?",
	level: "User",
};

function setUp(
	key = Buffer.alloc(32, 7),
	ended: EndedSessions = endedInMemory(),
) {
	const users = new Map([[jason.name, jason]]);
	const clock = fakeClock();
	const sessions = createSessions({
		users: { find: (name) => users.get(name) },
		clock,
		key,
		ended,
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

test("logging out ends that session and no other", async () => {
	const { sessions } = setUp();
	const [one, two] = [sessions.issue(jason), sessions.issue(jason)];
	await sessions.end(one);
	assert.equal(sessions.find(one), undefined);
	assert.ok(sessions.find(two));
});

function folderOf(t: TestContext): string {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-ended-"));
	t.after(() => rmSync(folder, { recursive: true }));
	return folder;
}

const listening = () => {
	const told: string[] = [];
	const tell = (line: string) => void told.push(line);
	return { told, info: tell, warn: tell, error: tell };
};

test("a session that was ended stays so after a restart", async (t) => {
	const folder = folderOf(t);
	const start = async () => {
		const { clock } = setUp();
		const over = (issued: number) => isOver(issued, clock);
		return setUp(undefined, await openEndedSessions(folder, over, listening()))
			.sessions;
	};
	const before = await start();
	const [one, two] = [before.issue(jason), before.issue(jason)];
	await before.end(one);
	const after = await start();
	assert.equal(after.find(one), undefined);
	assert.ok(after.find(two));
	const file = join(folder, "ended-sessions");
	assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("who has no session ends none, and writes nothing", async (t) => {
	const folder = folderOf(t);
	const { clock } = setUp();
	const over = (issued: number) => isOver(issued, clock);
	const ended = await openEndedSessions(folder, over, listening());
	const { sessions } = setUp(undefined, ended);
	const token = sessions.issue(jason);
	await sessions.end(token);
	const before = readFileSync(join(folder, "ended-sessions"), "latin1");
	const [issued, , name, signature] = token.split(".");
	for (let i = 0; i < 2000; i++) {
		const serial = String(i).padStart(16, "0");
		await sessions.end([issued, serial, name, signature].join("."));
	}
	assert.equal(sessions.find(token), undefined);
	const now = readFileSync(join(folder, "ended-sessions"), "latin1");
	assert.equal(now, before);
});

test("of ended sessions those are kept that would still be good, and a broken line is told", async (t) => {
	const folder = folderOf(t);
	const file = join(folder, "ended-sessions");
	writeFileSync(file, `${"a".repeat(16)} 1000\nhalf a l\n`);
	const log = listening();
	const ended = await openEndedSessions(folder, (then) => then < 2000, log);
	assert.deepEqual(log.told, ["a line of the ended sessions is unusable"]);
	assert.ok(ended.has("a".repeat(16)));
	for (let i = 0; i < 1025; i++)
		void ended.add(String(i).padStart(16, "b"), 3000 + i);
	await ended.add("c".repeat(16), 9000);
	const lines = readFileSync(file, "latin1").trimEnd().split("\n");
	assert.equal(lines.length, 1024);
	assert.equal(lines[0], `${"2".padStart(16, "b")} 3002`);
	assert.equal(ended.has("a".repeat(16)), false);
});

test("a logout that cannot be written down holds until the next start, and is told", async (t) => {
	const log = listening();
	const folder = folderOf(t);
	mkdirSync(join(folder, "ended-sessions.new"));
	const ended = await openEndedSessions(folder, () => false, log);
	await ended.add("a".repeat(16), 1000);
	assert.ok(ended.has("a".repeat(16)));
	assert.deepEqual(log.told, ["a logout is forgotten at the next start"]);
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
