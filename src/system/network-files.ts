import { readdirSync, readFileSync } from "node:fs";

/** The file's text, or undefined where the host has no such file or does not let us read it. */
export function readText(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

/** Names in a directory in the order that programs read drop-ins, none where there is no such directory. */
export function listNames(path: string): readonly string[] {
	try {
		return readdirSync(path).sort();
	} catch {
		return [];
	}
}
