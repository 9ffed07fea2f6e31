import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { readIfThere, replaceFile } from "../../src/camera/files.ts";

test("a file is replaced whole, in a folder that need not be there yet", async (t) => {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-files-"));
	t.after(() => rm(folder, { recursive: true }));
	const path = join(folder, "new", "state", "camera.json");
	assert.equal(await readIfThere(path), undefined);
	await replaceFile(path, "one, which is longer");
	await replaceFile(path, "two");
	assert.equal(await readFile(path, "utf8"), "two");
	assert.deepEqual(await readdir(dirname(path)), ["camera.json"]);
	assert.equal((await stat(path)).mode & 0o777, 0o600);
	assert.equal((await stat(dirname(path))).mode & 0o777, 0o700);
});
