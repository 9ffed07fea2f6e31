import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { replaceFile } from "../system/replace-file.ts";
import { readIfThere } from "./read-if-there.ts";
import { formatStored, parseStored, type StoredCamera } from "./stored.ts";

/** Where the camera keeps what clients changed. */
export interface CameraStore {
	/** Undefined when nothing was kept yet. */
	load(): Promise<StoredCamera | undefined>;
	save(stored: StoredCamera): Promise<void>;
}

/**
 * Keeps camera.json in `stateDir`. A file that cannot be understood (or comes from a newer version)
 * is moved aside, never overwritten: a camera on a pole has to start without anybody's help, and
 * its owner can still mend the file and put it back.
 */
export function fileStore(
	stateDir: string,
	clock: Clock,
	log: Log,
): CameraStore {
	const path = join(stateDir, "camera.json");
	return {
		async save(stored) {
			const text = formatStored(stored);
			// Never write what the next start would move aside.
			parseStored(text);
			await replaceFile(path, text);
		},
		async load() {
			const text = await readIfThere(path);
			if (text === undefined) return undefined;
			try {
				return parseStored(text);
			} catch (error) {
				const stamp = new Date(clock.now()).toISOString().replaceAll(":", "");
				const aside = `${path}.broken-${stamp}`;
				await rename(path, aside);
				log.error(
					"camera.json is damaged: clients' settings are forgotten, the configuration's are used",
					{ keptAs: aside, reason: reasonOf(error) },
				);
				return undefined;
			}
		},
	};
}

function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
