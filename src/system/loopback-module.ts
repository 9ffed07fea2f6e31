import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the kernel tells of its modules and video devices. */
export interface ModuleFolders {
	/** `/sys/module` */
	readonly loaded: string;
	/** `/lib/modules/6.1.0-13-amd64` */
	readonly installed: string;
	/** `/sys/class/video4linux` */
	readonly video: string;
}

/** How v4l2loopback was loaded. */
export interface LoopbackModule {
	readonly version: string | undefined;
	/** Devices in the order in which `exclusive` tells of them; -1 for what is not told. */
	readonly numbers: readonly number[];
	/** `Y` or `N` */
	readonly exclusive: readonly string[];
	/** NaN where it is not told. */
	readonly openers: number;
	/** NaN where it is not told. */
	readonly buffers: number;
}

const read = (...path: readonly string[]) =>
	readFile(join(...path), "utf8").then(
		(text) => text.trim(),
		() => undefined,
	);

/** Options of v4l2loopback as it was loaded; undefined when it is not. */
export async function loopbackModule({
	loaded,
}: Pick<ModuleFolders, "loaded">): Promise<LoopbackModule | undefined> {
	const at = join(loaded, "v4l2loopback");
	const parameter = (name: string) => read(at, "parameters", name);
	const numbers = await parameter("video_nr");
	if (numbers === undefined) return undefined;
	return {
		version: await read(at, "version"),
		numbers: numbers.split(",").map(Number),
		exclusive: (await parameter("exclusive_caps"))?.split(",") ?? [],
		openers: Number((await parameter("max_openers")) ?? Number.NaN),
		buffers: Number((await parameter("max_buffers")) ?? Number.NaN),
	};
}

/** Whether the kernel could load v4l2loopback. */
export async function isLoopbackInstalled({
	installed,
}: Pick<ModuleFolders, "installed">): Promise<boolean> {
	const list = await read(installed, "modules.dep");
	return /\/v4l2loopback\.ko/.test(list ?? "");
}

/** What a device is called; undefined where nothing tells it. */
export function videoDeviceLabel(
	{ video }: Pick<ModuleFolders, "video">,
	number: number,
): Promise<string | undefined> {
	return read(video, `video${number}`, "name");
}

/** 10 of `/dev/video10`; undefined for another path. */
export function videoNumber(path: string): number | undefined {
	const digits = /^\/dev\/video(\d{1,3})$/.exec(path)?.[1];
	return digits === undefined ? undefined : Number(digits);
}
