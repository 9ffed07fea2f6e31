import { realpath, stat } from "node:fs/promises";
import { probeVideoDevice } from "../../system/video-device.ts";
import { videoDeviceHolders } from "../../system/video-device-holders.ts";
import type { CameraAccess } from "./camera.ts";
import type { LoopbackAccess } from "./loopback.ts";
import { v4l2Ctl } from "./v4l2-ctl.ts";

/** The host's devices, as a chain needs them. */
export type ChainDevices = CameraAccess & LoopbackAccess;

// Documentation/admin-guide/devices.txt: "81 char Video4Linux"
const video4linuxMajor = 81;

/** What is at a path, links followed. */
export async function nodeKind(
	path: string,
): Promise<"device" | "other" | "missing"> {
	try {
		const status = await stat(path);
		return status.isCharacterDevice() &&
			((status.rdev >> 8) & 0xfff) === video4linuxMajor
			? "device"
			: "other";
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return "missing";
		throw error;
	}
}

export const hostDevices: ChainDevices = {
	probe: (path) => probeVideoDevice(path),
	v4l2Ctl,
	nodeKind,
	async holders(path) {
		const holders = await videoDeviceHolders(await realpath(path));
		return holders.map(({ name, pid }) => `${name} (pid ${pid})`);
	},
};
