import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";

/** Resolves to true when `path` is there, to false when `ended` comes first. */
export function fileAppears(
	path: string,
	ended: Promise<unknown>,
): Promise<boolean> {
	return new Promise((resolve) => {
		const watcher = watch(dirname(path), { persistent: false });
		const settle = (there: boolean) => {
			watcher.close();
			resolve(there);
		};
		const look = () => {
			if (existsSync(path)) settle(true);
		};
		watcher.on("change", look);
		watcher.on("error", () => settle(existsSync(path)));
		void ended.then(() => settle(false));
		look();
	});
}
