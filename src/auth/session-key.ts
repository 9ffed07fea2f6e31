import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../system/log.ts";
import { replaceFile } from "../system/replace-file.ts";

const keyLength = 32;

/**
 * The key that signs sessions, kept in `session-key` of the state folder, so that a screen on the wall is still logged in
 * after a power cut. One that is missing or unusable is made anew, which logs everybody out.
 * @throws the file system's error when the file can neither be read nor written.
 */
export async function openSessionKey(
	stateDir: string,
	log: Log,
	random: (size: number) => Uint8Array,
): Promise<Buffer> {
	const path = join(stateDir, "session-key");
	const text = await readFile(path, "latin1").catch((error: unknown) => {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return undefined;
		throw error;
	});
	const known = text?.trim();
	if (known !== undefined && /^[0-9a-f]{64}$/.test(known))
		return Buffer.from(known, "hex");
	if (known !== undefined)
		log.warn("the key of sessions was unusable; browsers log in again", {
			file: path,
		});
	const key = Buffer.from(random(keyLength));
	await replaceFile(path, `${key.toString("hex")}\n`);
	return key;
}
