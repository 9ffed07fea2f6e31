import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { User } from "../../src/auth/types.ts";
import type { UserRequest } from "../../src/auth/user-rules.ts";
import { openUserStore } from "../../src/auth/user-store.ts";
import type { Log } from "../../src/system/log.ts";
import { countingRandom } from "./fakes.ts";

/** A store in a folder of the test's own; `put` writes its file, `lines` is the log. */
export async function setUp(t: TestContext) {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-users-"));
	t.after(() => rm(folder, { recursive: true }));
	const stateDir = join(folder, "state");
	const path = join(stateDir, "users.json");
	const lines: string[] = [];
	const write: Log["info"] = (message, fields) => {
		lines.push(`${message} ${JSON.stringify(fields)}`);
	};
	const log: Log = { info: write, warn: write, error: write };
	const open = (...configured: User[]) =>
		openUserStore({ stateDir, configured, log, random: countingRandom() });
	const put = async (text: string | Buffer) => {
		await mkdir(stateDir, { recursive: true });
		await writeFile(path, text, { mode: 0o600 });
	};
	return { stateDir, path, lines, open, put };
}

export const request = (
	username: string,
	level: UserRequest["level"] = "User",
	password: string | undefined = "OnvifTest123",
): UserRequest => ({ username, level, password });
