import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../system/log.ts";
import { replaceFile } from "../system/replace-file.ts";

/** Sessions that were logged out of, by their serial numbers. */
export interface EndedSessions {
	has(serial: string): boolean;
	/** Resolves when it is written down. @param issued in seconds since 1970 */
	add(serial: string, issued: number): Promise<void>;
}

/** Beyond them the one that was ended first is forgotten. */
const capacity = 1024;
const line = /^([\w-]{16}) (\d{1,12})$/;

/**
 * Those of `ended-sessions` in the state folder, so that a cookie that somebody copied is no good after a restart either.
 * @param isOver whether a session that was issued then is over anyway
 * @throws the file system's error when the file cannot be read.
 */
export async function openEndedSessions(
	stateDir: string,
	isOver: (issued: number) => boolean,
	log: Log,
): Promise<EndedSessions> {
	const path = join(stateDir, "ended-sessions");
	const ended = new Map<string, number>();
	for (const text of await linesOf(path)) {
		const [, serial, issued] = line.exec(text) ?? [];
		if (serial !== undefined) ended.set(serial, Number(issued));
		else log.warn("a line of the ended sessions is unusable", { file: path });
	}
	let writing = Promise.resolve();

	function forgetSome(): void {
		for (const [serial, issued] of ended)
			if (isOver(issued)) ended.delete(serial);
		const [oldest = ""] = ended.keys();
		if (ended.size > capacity) ended.delete(oldest);
	}

	return {
		has: (serial) => ended.has(serial),
		add(serial, issued) {
			ended.set(serial, issued);
			forgetSome();
			writing = writing
				.then(() => replaceFile(path, textOf(ended)))
				.catch((error: unknown) =>
					log.error("a logout is forgotten at the next start", {
						file: path,
						reason: String(error),
					}),
				);
			return writing;
		},
	};
}

async function linesOf(path: string): Promise<readonly string[]> {
	const text = await readFile(path, "latin1").catch((error: unknown) => {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return "";
		throw error;
	});
	return text.split("\n").filter((one) => one !== "");
}

const textOf = (ended: ReadonlyMap<string, number>): string =>
	[...ended].map(([serial, issued]) => `${serial} ${issued}\n`).join("");
