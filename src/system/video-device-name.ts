import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";

/**
 * The name in `/dev/v4l/by-id` that goes with the camera at `node`, whatever number it gets next time.
 * Undefined where udev made none: a device without a USB bus, or a container.
 */
export async function lastingName(
	node: string,
	folder = "/dev/v4l/by-id",
): Promise<string | undefined> {
	const names = await readdir(folder).catch(() => []);
	for (const name of names.sort()) {
		const path = join(folder, name);
		// A camera may be unplugged meanwhile.
		const target = await realpath(path).catch(() => undefined);
		if (target === node) return path;
	}
	return undefined;
}
