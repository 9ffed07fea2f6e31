import assert from "node:assert/strict";
import {
	chmod,
	mkdir,
	readFile,
	rm,
	stat,
	symlink,
	writeFile,
} from "node:fs/promises";
import { test } from "node:test";
import { execa } from "execa";
import { request, setUp } from "./store-under-test.ts";

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
