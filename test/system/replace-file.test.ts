import assert from "node:assert/strict";
import {
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { readIfThere } from "../../src/camera/read-if-there.ts";
import { replaceFile } from "../../src/system/replace-file.ts";

async function folderFor(t: TestContext): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-files-"));
	t.after(() => rm(folder, { recursive: true }));
	return folder;
}

test("a file is replaced whole, in a folder that need not be there yet", async (t) => {
	const path = join(await folderFor(t), "new", "state", "camera.json");
	assert.equal(await readIfThere(path), undefined);
	await replaceFile(path, "one, which is longer");
	await replaceFile(path, "two");
	assert.equal(await readFile(path, "utf8"), "two");
	assert.deepEqual(await readdir(dirname(path)), ["camera.json"]);
	assert.equal((await stat(path)).mode & 0o777, 0o600);
	assert.equal((await stat(dirname(path))).mode & 0o777, 0o700);
});

test("where no folder can be made it fails, and does not try for ever", async () => {
	const path = "/proc/onvifd/state/users.json";
	await assert.rejects(replaceFile(path, "{}"), {
		code: "ENOENT",
		path: "/proc/onvifd",
	});
});

test("what a killed process left, open to all, is written over and closed to others", async (t) => {
	const path = join(await folderFor(t), "users.json");
	await writeFile(`${path}.new`, "half a", { mode: 0o666 });
	await replaceFile(path, "whole");
	assert.equal(await readFile(path, "utf8"), "whole");
	assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test("a link in the way is not followed, and the old text stays", async (t) => {
	const folder = await folderFor(t);
	const [path, target] = [join(folder, "users.json"), join(folder, "shadow")];
	await replaceFile(path, "old");
	await writeFile(target, "another's");
	await symlink(target, `${path}.new`);
	await assert.rejects(replaceFile(path, "new"), { code: "ELOOP" });
	assert.equal(await readFile(target, "utf8"), "another's");
	assert.equal(await readFile(path, "utf8"), "old");
});
