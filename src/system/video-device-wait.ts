import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import { isVideoDeviceThere } from "./video-device.ts";

export interface WaitOptions {
	/** How often to look where the folder cannot be watched or says nothing, ms. */
	readonly pollMs?: number;
	/** How to look. */
	readonly isThere?: (path: string) => Promise<boolean>;
}

/**
 * Resolves when a video device is at `path` and may be opened: at once if it is, soon after it was plugged in if not.
 * Rejects with the signal's reason when that comes first. Keeps no process alive.
 */
export function waitForVideoDevice(
	path: string,
	signal: AbortSignal,
	options: WaitOptions = {},
): Promise<void> {
	const isThere = options.isThere ?? isVideoDeviceThere;
	return new Promise((resolve, reject) => {
		if (signal.aborted) return reject(signal.reason);
		let looking = false;
		let again = false;
		let watcher: FSWatcher | undefined;
		const look = async () => {
			// udev changes a new node several times within milliseconds: one look at a time, and one after the last change.
			again = looking;
			if (looking) return;
			looking = true;
			const there = await isThere(path).catch(() => false);
			looking = false;
			if (there) settle(resolve);
			else if (again) void look();
		};
		const timer = setInterval(look, options.pollMs ?? 1000).unref();
		const onAbort = () => settle(() => reject(signal.reason));
		const settle = (end: () => void) => {
			clearInterval(timer);
			watcher?.close();
			signal.removeEventListener("abort", onAbort);
			end();
		};
		signal.addEventListener("abort", onAbort, { once: true });
		watcher = watchFolder(dirname(path), look);
		void look();
	});
}

/** Undefined where it cannot be watched, as `/dev/v4l/by-id` while no camera is there. */
function watchFolder(folder: string, onChange: () => void) {
	try {
		const watcher = watch(folder, { persistent: false }, onChange);
		watcher.on("error", () => watcher.close());
		return watcher;
	} catch {
		return undefined;
	}
}
