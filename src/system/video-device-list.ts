import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface CameraNode {
	/** `/dev/video0`, as the kernel names it. */
	readonly node: string;
	/** The driver's name for it, as in `/sys/class/video4linux/video0/name`. */
	readonly name: string;
}

const mostCameras = 64;

/** The video nodes that the kernel knows, in order; subdevices and radios are none. Empty on a host without any. */
export async function listCameras(
	folder = "/sys/class/video4linux",
): Promise<readonly CameraNode[]> {
	const entries = await readdir(folder).catch(() => []);
	const nodes = entries
		.filter((entry) => /^video\d+$/.test(entry))
		.sort((one, other) => Number(one.slice(5)) - Number(other.slice(5)))
		.slice(0, mostCameras);
	return Promise.all(
		nodes.map(async (node) => ({
			node: `/dev/${node}`,
			// It may go away while we look.
			name: await readFile(join(folder, node, "name"), "utf8").then(
				(text) => text.trim(),
				() => "gone",
			),
		})),
	);
}
