import assert from "node:assert/strict";
import {
	chmod,
	mkdir,
	mkdtemp,
	readFile,
	rm,
	stat,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { execa } from "execa";
import type { User } from "../../src/auth/types.ts";
import type { UserRequest } from "../../src/auth/user-rules.ts";
import { openUserStore } from "../../src/auth/user-store.ts";
import type { Log } from "../../src/system/log.ts";
import { countingRandom } from "./fakes.ts";

async function setUp(t: TestContext) {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-users-"));
	t.after(() => rm(folder, { recursive: true }));
	const stateDir = join(folder, "state");
	const path = join(stateDir, "users.json");
	const lines: string[] = [];
	const write: Log["info"] = (message, fields) => {
		lines.push(`${message} ${JSON.stringify(fields)}`);
	};
	const log: Log = { info: write, warn: write, error: write };
	const open = (...configured: User[]) =>
		openUserStore({ stateDir, configured, log, random: countingRandom() });
	const put = async (text: string | Buffer) => {
		await mkdir(stateDir, { recursive: true });
		await writeFile(path, text, { mode: 0o600 });
	};
	return { stateDir, path, lines, open, put };
}

const request = (
	username: string,
	level: UserRequest["level"] = "User",
	password: string | undefined = "OnvifTest123",
): UserRequest => ({ username, level, password });

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

test("a mode open to others is tightened and logged", async (t) => {
	const { open, path, lines } = await setUp(t);
	await open();
	await chmod(path, 0o644);
	await open();
	assert.equal((await stat(path)).mode & 0o777, 0o600);
	assert.match(lines.join(), /open to others.*"mode":"0644"/);
});

const user = '{"name":"a","password":"hidden secret","level":"User"}';
const broken: [string, string | Buffer, RegExp][] = [
	["empty", "", /is not JSON/],
	["cut off", `{"version":1,"users":[${user}`, /is not JSON/],
	["not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), /is not UTF-8/],
	["huge", " ".repeat(300_000), /is over 262144 bytes/],
	["a list", "[]", /not a version 1 user file/],
	["of another version", '{"version":2,"users":[]}', /not a version 1/],
	["without users", '{"version":1}', /has no list of users/],
	[
		"with a strange user",
		'{"version":1,"users":[null]}',
		/users\[0\] is not an object/,
	],
	[
		"with a strange level",
		`{"version":1,"users":[${user.replace("User", "Root")}]}`,
		/users\[0\] has a level other/,
	],
	[
		"with an empty password",
		`{"version":1,"users":[${user.replace("hidden secret", "")}]}`,
		/users\[0\] has no proper password/,
	],
	[
		"with more",
		`{"version":1,"users":[${user.replace("}", ',"x":1}')}]}`,
		/users\[0\] has more than/,
	],
	[
		"with twins",
		`{"version":1,"users":[${user},${user}]}`,
		/users\[1\] has a name that stands twice/,
	],
];
for (const [what, text, message] of broken)
	test(`a user file that is ${what} stops the start, is named and stays`, async (t) => {
		const { open, put, path } = await setUp(t);
		await put(text);
		await assert.rejects(open(), (error: Error) => {
			assert.equal(error.name, "UserFileError");
			assert.match(error.message, message);
			assert.ok(error.message.startsWith(`${path}: `));
			assert.doesNotMatch(error.message, /hidden|\n/);
			return true;
		});
		assert.deepEqual(await readFile(path), Buffer.from(text));
	});

test("a symbolic link or a folder is no user file", async (t) => {
	const { open, put, path } = await setUp(t);
	await put("x");
	await rm(path);
	await symlink("/etc/passwd", path);
	await assert.rejects(open(), /is a symbolic link/);
	await rm(path);
	await mkdir(path);
	await assert.rejects(open(), /is not a regular file/);
});

test("kill -9 while it writes leaves a whole file", async (t) => {
	const { open, stateDir, path } = await setUp(t);
	await open();
	const program = new URL("busy-user-store.ts", import.meta.url).pathname;
	for (const changes of [3, 10, 25]) {
		const child = execa(
			process.execPath,
			["--import", "tsx", program, stateDir],
			{
				reject: false,
				buffer: false,
			},
		);
		let seen = 0;
		for await (const _line of child.iterable()) {
			seen += 1;
			if (seen === changes) break;
		}
		child.kill("SIGKILL");
		await child;
		assert.equal(seen, changes);
		assert.equal((await open()).find("admin")?.level, "Administrator");
	}
	await writeFile(`${path}.new`, '{"version":1,"us', { mode: 0o644 });
	const store = await open();
	await store.create([request("late")]);
	assert.equal((await stat(path)).mode & 0o777, 0o600);
	assert.ok((await open()).find("late"));
});
