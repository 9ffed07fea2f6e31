import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { ConfigError, loadConfig } from "../../src/config/load.ts";

export const fixtures = fileURLToPath(
	new URL("../../fixtures/config/", import.meta.url),
);
export const root = { uid: 0, home: "/root", stateHome: undefined };

/** What is wrong with a file, "" for nothing. */
export function messageOf(path: string): string {
	try {
		loadConfig(path, root);
	} catch (error) {
		assert.ok(error instanceof ConfigError, String(error));
		return error.message;
	}
	return "";
}

/** A file of its own with this content, until the test ends. */
export function fileOf(
	t: TestContext,
	content: string | Buffer,
	mode = 0o600,
): string {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-config-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const path = join(folder, "camera.yaml");
	writeFileSync(path, content);
	chmodSync(path, mode);
	return path;
}
