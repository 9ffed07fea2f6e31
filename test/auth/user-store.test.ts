import assert from "node:assert/strict";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { test } from "node:test";
import type { User } from "../../src/auth/types.ts";
import type { UserRequest } from "../../src/auth/user-rules.ts";
import { openUserStore } from "../../src/auth/user-store.ts";
import type { Log } from "../../src/system/log.ts";
import { request, setUp } from "./store-under-test.ts";

const fixedAdmin: User = {
	name: "boss",
	password: "from the file",
	level: "Administrator",
};

test("a first start makes an administrator with a password of its own, told once and kept", async (t) => {
	const { open, path } = await setUp(t);
	const store = await open();
	const created = store.takeCreatedUser();
	assert.equal(created?.name, "admin");
	assert.match(created?.password ?? "", /^[0-9a-hjkmnp-tv-z]{16}$/);
	assert.equal(store.takeCreatedUser(), undefined);
	assert.deepEqual(store.find("admin"), created);
	assert.equal((await stat(path)).mode & 0o777, 0o600);
	const again = await open();
	assert.equal(again.takeCreatedUser(), undefined);
	assert.deepEqual(again.find("admin"), created);
});

test("two devices do not get the same password", async (t) => {
	const passwords = [];
	for (let i = 0; i < 2; i += 1) {
		const { stateDir } = await setUp(t);
		const log: Log = { info() {}, warn() {}, error() {} };
		const store = await openUserStore({ stateDir, configured: [], log });
		passwords.push(store.takeCreatedUser()?.password);
	}
	assert.notEqual(passwords[0], passwords[1]);
});

test("configured users are there at once, and never in the file", async (t) => {
	const { open, path } = await setUp(t);
	const store = await open(fixedAdmin);
	assert.equal(store.takeCreatedUser(), undefined);
	assert.deepEqual(await store.create([request("guest")]), { ok: true });
	assert.doesNotMatch(await readFile(path, "utf8"), /boss|from the file/);
	assert.deepEqual(store.list(), [
		{ name: "boss", level: "Administrator" },
		{ name: "guest", level: "User" },
	]);
	for (const refused of [
		await store.delete(["guest", "boss"]),
		await store.set([request("boss", "User")]),
	])
		assert.equal(refused.ok ? "" : refused.problem, "FixedUser");
	assert.equal(store.list().length, 2);
});

test("the configuration overrules a stored user of the same name", async (t) => {
	const { open, lines } = await setUp(t);
	const store = await open({ ...fixedAdmin, name: "root" });
	await store.create([request("boss", "User", "stored password")]);
	const later = await open(fixedAdmin);
	assert.deepEqual(later.find("boss"), fixedAdmin);
	assert.equal(later.list().length, 1);
	assert.match(lines.join(), /overrules a stored user \{"user":"boss"\}/);
});

test("create, set and delete are kept over a restart", async (t) => {
	const { open } = await setUp(t);
	const store = await open();
	await store.create([
		request("OnvifTest1"),
		request("OnvifTest2", "Operator"),
	]);
	await store.set([request("OnvifTest1", "Administrator", "OnvifTest321")]);
	await store.delete(["OnvifTest2", "OnvifTest2"]);
	const later = await open();
	assert.deepEqual(later.list(), [
		{ name: "admin", level: "Administrator" },
		{ name: "OnvifTest1", level: "Administrator" },
	]);
	assert.equal(later.find("OnvifTest1")?.password, "OnvifTest321");
});

const creations: [string, UserRequest, string][] = [
	["a name that exists", request("admin"), "UsernameClash"],
	["an empty name", request(""), "UsernameTooShort"],
	["a long name", request("a".repeat(65)), "UsernameTooLong"],
	["a colon", request("a:b"), "UsernameInvalid"],
	["a line break", request("a\nb"), "UsernameInvalid"],
	["no password", { ...request("a"), password: undefined }, "Password"],
	["a weak password", request("a", "User", "1234567"), "Password"],
	["a long password", request("a", "User", "x".repeat(129)), "PasswordTooLong"],
	["Anonymous", request("a", "Anonymous"), "AnonymousNotAllowed"],
	["Extended", request("a", "Extended"), "LevelNotSupported"],
];
for (const [what, bad, problem] of creations)
	test(`create refuses ${what} and makes none of the others`, async (t) => {
		const { open } = await setUp(t);
		const store = await open();
		const result = await store.create([request("good"), bad]);
		assert.equal(result.ok ? "" : result.problem, problem);
		assert.deepEqual(store.list(), [{ name: "admin", level: "Administrator" }]);
	});

test("create refuses one user more than fit, and a name twice", async (t) => {
	const { open } = await setUp(t);
	const store = await open();
	const many = Array.from({ length: 32 }, (_, i) => request(`user${i}`));
	const over = await store.create(many);
	assert.equal(over.ok ? "" : over.problem, "TooManyUsers");
	assert.deepEqual(await store.create(many.slice(1)), { ok: true });
	const twin = await (await open()).create([request("x"), request("x")]);
	assert.equal(twin.ok ? "" : twin.problem, "TooManyUsers");
	await store.delete(["user1", "user2"]);
	const clash = await store.create([request("x"), request("x")]);
	assert.equal(clash.ok ? "" : clash.problem, "UsernameClash");
});

test("set and delete refuse who is not there, weak passwords and the last administrator", async (t) => {
	const { open } = await setUp(t);
	const store = await open();
	await store.create([request("op", "Operator")]);
	const problems = [];
	for (const result of [
		await store.set([request("op", "User"), request("eve")]),
		await store.delete(["op", "eve"]),
		await store.set([request("op", "User", "")]),
		await store.set([request("op", "User", "x".repeat(129))]),
		await store.set([request("op", "Anonymous")]),
		await store.set([request("admin", "Operator")]),
		await store.delete(["op", "admin"]),
	])
		problems.push(result.ok ? "ok" : result.problem);
	assert.deepEqual(problems, [
		"UsernameMissing",
		"UsernameMissing",
		"PasswordTooWeak",
		"PasswordTooLong",
		"AnonymousNotAllowed",
		"LastAdministrator",
		"LastAdministrator",
	]);
	assert.equal(store.find("op")?.level, "Operator");
	const swap = [request("op", "Administrator"), request("admin", "User")];
	assert.deepEqual(await store.set(swap), { ok: true });
});

test("changes at the same time lose none", async (t) => {
	const { open } = await setUp(t);
	const store = await open();
	const names = Array.from({ length: 20 }, (_, i) => `user${i}`);
	await Promise.all(names.map((name) => store.create([request(name)])));
	assert.deepEqual(
		(await open()).list().map(({ name }) => name),
		["admin", ...names],
	);
});

test("a file that cannot be written changes nothing, and the next change works", async (t) => {
	const { open, path } = await setUp(t);
	const store = await open();
	await mkdir(`${path}.new`);
	await assert.rejects(store.create([request("guest")]), { code: "EISDIR" });
	assert.equal(store.find("guest"), undefined);
	await rm(`${path}.new`, { recursive: true });
	assert.deepEqual(await store.create([request("guest")]), { ok: true });
});
