import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { stateDir } from "../camera/helpers.ts";
import type { Answer } from "./wire.ts";

const validator = fileURLToPath(
	new URL("../../../shared/tools/validate-soap.mjs", import.meta.url),
);

/** Asserts that the official schemas allow every answer; says so where they are not at hand. */
export async function validate(
	t: TestContext,
	answers: readonly Answer[],
): Promise<void> {
	if (!existsSync(validator)) {
		t.diagnostic(
			"not validated: ../shared/tools/validate-soap.mjs is not here",
		);
		return;
	}
	assert(answers.length > 0);
	const folder = await stateDir(t);
	await Promise.all(
		answers.map(({ text }, n) => writeFile(join(folder, `${n}.xml`), text)),
	);
	const wrong = await new Promise<string>((resolve) => {
		execFile(
			process.execPath,
			[validator, "--dir", folder],
			{ maxBuffer: 1 << 24 },
			(error, stdout, stderr) => resolve(error ? stdout + stderr : ""),
		);
	});
	assert.equal(wrong.replace(/^.* valid$\n/gm, "").replaceAll(folder, ""), "");
}
