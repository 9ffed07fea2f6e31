import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileOf, fixtures, messageOf } from "./config-file.ts";

const invalid = readdirSync(join(fixtures, "invalid"));
test("there are invalid fixtures", () => assert.ok(invalid.length > 40));
for (const name of invalid)
	test(`invalid/${name} gets its message`, () => {
		const path = join(fixtures, "invalid", name);
		const expected = /^# expect: (.*)\n/.exec(readFileSync(path, "utf8"))?.[1];
		assert.equal(messageOf(path), `${path}: ${expected}`);
	});

const unreadable: [string, string | Buffer, RegExp][] = [
	["not UTF-8", Buffer.from([0x6e, 0xff, 0xfe]), /: is not UTF-8$/],
	["huge", "#".repeat(70_000), /: is longer than 65536 bytes$/],
	["deep in lists", `name: ${"[".repeat(60_000)}`, /camera\.yaml: [^\n]+$/],
	["deep in keys", `${"{a: ".repeat(16_000)}`, /camera\.yaml: [^\n]+$/],
	["full of NUL", Buffer.alloc(1000), /camera\.yaml: [^\n]+$/],
];
for (const [what, content, message] of unreadable)
	test(`a file that is ${what} gets one line`, (t) => {
		assert.match(messageOf(fileOf(t, content)), message);
	});

test("a file that is missing or a folder gets one line", () => {
	assert.equal(
		messageOf("/nowhere/camera.yaml"),
		"/nowhere/camera.yaml: cannot be read: there is no such file",
	);
	assert.equal(messageOf("/tmp"), "/tmp: cannot be read: it is a folder");
});

test("no message repeats a password", () => {
	for (const name of invalid.filter((file) => /password|quote/.test(file)))
		if (name !== "password-as-key.yaml")
			assert.doesNotMatch(
				messageOf(join(fixtures, "invalid", name)).replace(/^.*?: /, ""),
				/hidden|90210777|secret,/,
				name,
			);
});
