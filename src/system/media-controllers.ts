import { readdir, realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";

/**
 * The media controllers that may hold a video node, the likeliest first: `/dev/media0`.
 * Empty, and found out by reading two folders, where no driver on this host has sub-devices to set up, and for
 * USB cameras, which set up their own.
 */
export async function mediaControllersFor(
	node: string,
	sys = "/sys",
): Promise<readonly string[]> {
	const classFolder = `${sys}/class/video4linux`;
	const entries = await readdir(classFolder).catch(() => []);
	if (!entries.some((entry) => entry.startsWith("v4l-subdev"))) return [];
	const parent = await realpath(
		`${classFolder}/${basename(node)}/device`,
	).catch(() => undefined);
	if (parent === undefined || parent.includes("/usb")) return [];
	const folder = `${sys}/bus/media/devices`;
	const names = await readdir(folder).catch(() => []);
	const found = await Promise.all(
		names.sort().map(async (name) => ({
			device: `/dev/${name}`,
			near: await realpath(`${folder}/${name}`).then(
				(path) => dirname(path) === parent,
				() => false,
			),
		})),
	);
	return [
		...found.filter(({ near }) => near),
		...found.filter(({ near }) => !near),
	].map(({ device }) => device);
}
