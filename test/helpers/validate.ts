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

/** Asserts that the official schemas allow every message; says so, and answers false, where they are not at hand. */
export async function validate(
	t: TestContext,
	messages: Iterable<string>,
): Promise<boolean> {
	const texts = [...new Set(messages)];
	assert.ok(texts.length > 0, "no messages were collected");
	if (!existsSync(VALIDATOR)) {
		t.diagnostic(`not validated: ${VALIDATOR} is not here`);
		return false;
	}
	const folder = await mkdtemp(path.join(tmpdir(), "onvifd-messages-"));
	t.after(() => rm(folder, { recursive: true }));
	for (const [at, text] of texts.entries())
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
	assert.deepEqual(
		wrong.map((line) => [line, textOf(line, texts)]),
		[],
	);
	assert.equal(lines.length, texts.length);
	t.diagnostic(`${texts.length} messages are valid`);
	return true;
}

const textOf = (line: string, texts: readonly string[]) =>
	texts[Number(/(\d+)\.xml/.exec(line)?.[1])];

/** Every message that a test file collects, validated in one go, since the schemas take a second to load. */
export class Messages {
	readonly #texts = new Set<string>();

	/** Returns the text, so that collecting is no statement of its own. */
	add(text: string): string {
		this.#texts.add(text);
		return text;
	}

	get texts(): Iterable<string> {
		return this.#texts;
	}

	/** As a test of its own: it is skipped where the schemas are not at hand. */
	async validate(t: TestContext): Promise<void> {
		if (!(await validate(t, this.#texts)))
			t.skip("the official schemas are not at hand");
	}
}
