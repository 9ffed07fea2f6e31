import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "../..");
const schemas = path.join(root, "../shared/onvif/schemas");

async function generated(
	t: TestContext,
	script: string,
	...args: string[]
): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), "onvifd-generated-"));
	t.after(() => rm(folder, { recursive: true }));
	await promisify(execFile)(
		process.execPath,
		["--import", "tsx", path.join(root, "scripts", script), ...args, folder],
		{ cwd: root },
	);
	return folder;
}

function assertSame(folder: string, checkedIn: string): void {
	const names = readdirSync(folder).sort();
	assert.ok(names.length > 0);
	assert.deepEqual(readdirSync(checkedIn).sort(), names);
	for (const name of names)
		assert.equal(
			readFileSync(path.join(folder, name), "utf8"),
			readFileSync(path.join(checkedIn, name), "utf8"),
			`${name} is not what its generator writes`,
		);
}

test("the type table is what the compiler makes of the schemas", async (t) => {
	if (!existsSync(schemas)) {
		t.skip(`not compared: ${schemas} is not here`);
		return;
	}
	const folder = await generated(t, "compile-schemas.ts", schemas);
	assertSame(folder, path.join(root, "src/soap/schema/generated"));
});

test("wsdl/ is what is served", async (t) => {
	const folder = await generated(t, "generate-wsdl.ts");
	assertSame(folder, path.join(root, "wsdl"));
});
