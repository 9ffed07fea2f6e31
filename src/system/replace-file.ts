import { constants } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

const { O_CREAT, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/**
 * Replaces a file: at any moment, also after a power cut, it is the old or the new text, whole.
 * The file, where `mode` says no other, and its folder where that has to be made, are readable by their owner alone. One writer at a time;
 * `path`.new, which a killed process may leave, is written over. Errors are those of the file system.
 */
export async function replaceFile(
	path: string,
	text: string,
	mode = 0o600,
): Promise<void> {
	const directory = dirname(path);
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const temporary = `${path}.new`;
	const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
	const file = await open(temporary, flags, mode);
	try {
		// The mode above is only a new file's.
		await file.chmod(mode);
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(temporary, path);
	await syncDirectory(directory);
}

/** The new name is on the disk only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, O_RDONLY);
	try {
		await directory.sync();
	} catch (error) {
		// Some file systems (FUSE, network ones) cannot sync a folder; the rename holds all the same.
		if (!isInvalid(error)) throw error;
	} finally {
		await directory.close();
	}
}

function isInvalid(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "EINVAL";
}
