import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";

const VALIDATOR = path.resolve(
	import.meta.dirname,
	"../../../shared/tools/validate-soap.mjs",
);

/** Every message that a test file collects, validated in one go, since the schemas take a second to load. */
export class Messages {
	readonly #texts: string[] = [];

	/** Returns the text, so that collecting is no statement of its own. */
	add(text: string): string {
		this.#texts.push(text);
		return text;
	}

	/** Asserts that the official schemas allow all of them; says so where they are not at hand. */
	async validate(t: TestContext): Promise<void> {
		assert.ok(this.#texts.length > 0, "no messages were collected");
		if (!existsSync(VALIDATOR)) {
			t.skip(`not validated: ${VALIDATOR} is not here`);
			return;
		}
		const folder = await mkdtemp(path.join(tmpdir(), "onvifd-messages-"));
		t.after(() => rm(folder, { recursive: true }));
		for (const [at, text] of this.#texts.entries())
			await writeFile(path.join(folder, `${at}.xml`), text);
		const output = await new Promise<string>((resolve) => {
			execFile(
				process.execPath,
				[VALIDATOR, "--dir", folder],
				{ maxBuffer: 1 << 24 },
				(_error, stdout, stderr) => resolve(stdout + stderr),
			);
		});
		const lines = output.split("\n").filter((line) => line !== "");
		const wrong = lines.filter((line) => !line.endsWith(" valid"));
		assert.deepEqual(wrong, []);
		assert.equal(lines.length, this.#texts.length);
	}
}
