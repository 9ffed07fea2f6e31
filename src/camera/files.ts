import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file so that after a power cut either the old or the new text is there, whole.
 * The file, and its folder where that has to be made, are readable by their owner alone. Errors are those of the file system.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
	const temporary = `${path}.new`;
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const file = await open(temporary, "w", 0o600);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(temporary, path);
	await syncDirectory(dirname(path));
}

/** The new name is on the disk only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, "r");
	try {
		await directory.sync();
	} finally {
		await directory.close();
	}
}

/** Undefined when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (isMissing(error)) return undefined;
		throw error;
	}
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "ENOENT";
}
