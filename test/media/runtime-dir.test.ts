import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { RuntimeDir } from "../../src/media/gstreamer/runtime-dir.ts";

function folderFor(t: TestContext): string {
	const parent = mkdtempSync(join(tmpdir(), "onvifd-runtime-test-"));
	t.after(() => rmSync(parent, { recursive: true }));
	return parent;
}

/** A process that was there and is no more. */
function ended(): number {
	const { pid } = spawnSync("true");
	assert.ok(pid > 0);
	return pid;
}

/** As shmsink names it. */
function pictures(t: TestContext, pid: number): string {
	const path = `/dev/shm/shmpipe.${String(pid).padStart(5)}.    7`;
	writeFileSync(path, "");
	t.after(() => rmSync(path, { force: true }));
	return path;
}

test("a start clears up after a service and captures that were killed together, and leaves a living capture's pictures", (t) => {
	const parent = folderFor(t);
	const [dead, living] = [ended(), process.ppid];
	const [gone, stay] = [pictures(t, dead), pictures(t, living)];
	const left = join(parent, `onvifd-${dead}-abc`);
	mkdirSync(left);
	for (const name of ["capture-0", `capture-0.${dead}`, `capture-1.${living}`])
		writeFileSync(join(left, name), "");
	new RuntimeDir(parent).remove();
	assert.equal(existsSync(gone), false);
	assert.equal(existsSync(stay), true);
	// What the living one may yet leave is for another start.
	assert.ok(existsSync(join(left, `capture-1.${living}`)));
	rmSync(join(left, `capture-1.${living}`));
	new RuntimeDir(parent).remove();
	assert.deepEqual(readdirSync(parent), []);
});

test("what bears our name and is another's is let be", (t) => {
	if (process.getuid?.() !== 0) return t.skip("needs root to give files away");
	const parent = folderFor(t);
	const dead = ended();
	const target = pictures(t, dead);
	const others = join(parent, `onvifd-${dead}-others`);
	mkdirSync(others);
	writeFileSync(join(others, `capture-0.${dead}`), "");
	chownSync(others, 65_534, 65_534);
	symlinkSync(others, join(parent, `onvifd-${dead}-link`));
	new RuntimeDir(parent).remove();
	assert.equal(existsSync(target), true);
	assert.equal(existsSync(join(others, `capture-0.${dead}`)), true);
});

test("a capture that ended leaves nothing", (t) => {
	const runtime = new RuntimeDir(folderFor(t));
	const [socket, pid] = [runtime.freshSocket(), ended()];
	const path = pictures(t, pid);
	writeFileSync(socket, "");
	runtime.startedAt(socket, pid);
	assert.equal(readdirSync(runtime.path).length, 2);
	runtime.clearAfter(socket, pid);
	assert.deepEqual(readdirSync(runtime.path), []);
	assert.equal(existsSync(path), false);
});
