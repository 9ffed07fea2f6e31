import assert from "node:assert/strict";
import { readdirSync, watch } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { until } from "../helpers/media.ts";
import { run } from "../helpers/run.ts";

const project = resolve(import.meta.dirname, "../..");
const dist = join(project, "dist");

test("a build puts nothing half done into dist, which npm pack and a start may be reading", async (t) => {
	const seen = new Set<string | null>();
	const watcher = watch(dist, (_, name) => seen.add(name));
	t.after(() => watcher.close());
	const { code, stderr } = await run("sh", [
		...["-c", 'cd "$0" && exec node scripts/build.mjs', project],
	]);
	assert.equal(code, 0, stderr);
	// It is the last to come.
	await until(() => seen.has("onvifd.js"), "the watcher has told all");
	const there = readdirSync(dist);
	assert.deepEqual(
		[...seen].filter((name) => name === null || !there.includes(name)),
		[],
	);
});
