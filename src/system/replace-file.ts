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
	await makeFolder(directory);
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

/** As `recursive` does, which tries for ever where nothing can be made, as in /proc. */
async function makeFolder(path: string): Promise<void> {
	const made = await mkdir(path, { mode: 0o700 }).catch(codeOf);
	if (made === undefined || made === "EEXIST") return;
	if (made === "ENOENT" && dirname(path) !== path)
		await makeFolder(dirname(path));
	await mkdir(path, { mode: 0o700 });
}

/** The new name is on the disk only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, O_RDONLY);
	try {
		await directory.sync();
	} catch (error) {
		// Some file systems (FUSE, network ones) cannot sync a folder; the rename holds all the same.
		if (codeOf(error) !== "EINVAL") throw error;
	} finally {
		await directory.close();
	}
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : "";
}
