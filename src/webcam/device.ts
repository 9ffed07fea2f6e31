import { access, constants, realpath } from "node:fs/promises";
import type { LoopbackAccess } from "../media/v4l2-chain/loopback.ts";
import {
	isLoopbackInstalled,
	type LoopbackModule,
	loopbackModule,
	type ModuleFolders,
	videoNumber,
} from "../system/loopback-module.ts";
import { WebcamTrouble } from "./trouble.ts";

/** The host, as far as a webcam needs to know it. */
export interface WebcamHost {
	readonly devices: LoopbackAccess;
	readonly folders: Pick<ModuleFolders, "loaded" | "installed">;
}

export interface WebcamDevice {
	/** Links followed: `/dev/video10`. */
	readonly node: string;
	/** What keeps browsers from seeing it; undefined for nothing. */
	readonly warning: string | undefined;
}

const anyNumber = 10;
/** What browsers show in their list of cameras. */
const label = "Network camera";
// linux/videodev2.h: V4L2_CAP_VIDEO_OUTPUT
const output = 0x2;

/**
 * Whether pictures may be written to it: a device of v4l2loopback that nobody else writes to.
 * @throws WebcamTrouble with the line to run
 */
export async function checkWebcamDevice(
	path: string,
	{ devices, folders }: WebcamHost,
): Promise<WebcamDevice> {
	const module = await loopbackModule(folders);
	const load = loadLine(path, module);
	const kind = await devices.nodeKind(path);
	if (kind === "missing") {
		const install = (await isLoopbackInstalled(folders))
			? ""
			: "apt-get install v4l2loopback-dkms linux-headers-$(uname -r) && ";
		throw new WebcamTrouble(
			`${path} is not there; run as root: ${module ? "" : install}${load}`,
		);
	}
	if (kind === "other")
		throw new WebcamTrouble(
			`${path} is no video device: a program made it while there was none; run as root: rm ${path} && ${load}`,
		);
	const node = await realpath(path);
	await access(node, constants.R_OK | constants.W_OK).catch(() => {
		throw new WebcamTrouble(
			`${path} may not be opened by this user: run \`usermod -aG video USER\` as root and log in again`,
		);
	});
	const info = await devices.v4l2Ctl(["--device", node, "--info"]);
	const driver = field(info, "Driver name");
	if (driver !== "v4l2 loopback")
		throw new WebcamTrouble(
			`${path} is no loopback device but ${driver ? `one of the driver ${driver}` : "one that does not tell its driver"}: a webcam is made in a device of v4l2loopback; run as root: ${loadLine("", module)}`,
		);
	const capabilities = Number(field(info, "Device Caps"));
	// With exclusive_caps=1 it is an output until somebody writes to it.
	if ((capabilities & output) === 0)
		throw busy(path, await devices.holders(node));
	return { node, warning: warningOf(node, module, load) };
}

/** What to say to who cannot write to it; `holders` have it open. */
export function busy(path: string, holders: readonly string[]): WebcamTrouble {
	const who =
		holders.length > 0
			? holders.join(", ")
			: "a program that this user may not see";
	return new WebcamTrouble(
		`${path} is in use by ${who}: one program at a time writes to it, and after that one has ended nobody may until all that show it have let go; close them`,
	);
}

const field = (info: string, name: string) =>
	new RegExp(`^\\s*${name}\\s*: (.*)$`, "m").exec(info)?.[1]?.trim();

function warningOf(
	node: string,
	module: LoopbackModule | undefined,
	load: string,
): string | undefined {
	const place = module?.numbers.indexOf(videoNumber(node) ?? -1) ?? -1;
	if (module?.exclusive[place] !== "N") return undefined;
	return `${node} was made with exclusive_caps=0: Chromium does not take it for a camera; close what uses it and run as root: ${load}`;
}

/** Options change only by unloading; devices that are there are kept. */
function loadLine(path: string, module: LoopbackModule | undefined): string {
	const kept = module?.numbers.filter((number) => number >= 0) ?? [];
	const number = videoNumber(path) ?? free(kept);
	if (kept.length === 0)
		return `${module ? "modprobe -r v4l2loopback && " : ""}modprobe v4l2loopback video_nr=${number} exclusive_caps=1 card_label="${label}"`;
	const exclusive = kept.map((one, place) =>
		one === number || module?.exclusive[place] === "Y" ? 1 : 0,
	);
	const [numbers, flags] = kept.includes(number)
		? [kept, exclusive]
		: [
				[...kept, number],
				[...exclusive, 1],
			];
	return `modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=${numbers.join(",")} exclusive_caps=${flags.join(",")}`;
}

function free(taken: readonly number[]): number {
	let number = anyNumber;
	while (taken.includes(number)) number++;
	return number;
}
