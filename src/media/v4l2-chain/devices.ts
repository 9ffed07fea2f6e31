import { realpath, stat } from "node:fs/promises";
import type { Log } from "../../system/log.ts";
import { MediaSensors } from "../../system/media-sensor.ts";
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

const anySensor = { entity: null, device: null, busFormat: null };

/** The devices of this host. */
export function hostDevices(log: Log): ChainDevices {
	const sensors = new MediaSensors(log);
	return {
		async probe({ camera, mediaController }, { width, height, frameRate }) {
			const probe = () => probeVideoDevice(camera);
			const sensor = await sensors.setUp({
				path: camera,
				width,
				height,
				frameRate,
				choice: mediaController ?? anySensor,
				kinds: ["raw"],
				formats: async () => (await probe()).formats,
			});
			const info = await probe();
			return { ...info, formats: sensor?.formats ?? info.formats };
		},
		forget: (path) => sensors.forget(path),
		v4l2Ctl,
		nodeKind,
		async holders(path) {
			const holders = await videoDeviceHolders(await realpath(path));
			return holders.map(({ name, pid }) => `${name} (pid ${pid})`);
		},
	};
}
