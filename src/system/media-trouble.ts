import type { MediaCtlError } from "./media-ctl.ts";
import type { Pipeline } from "./media-pipeline.ts";
import type { SensorOptions } from "./sensor-setup.ts";
import { VideoDeviceError } from "./video-device.ts";
import { type Holder, videoDeviceHolders } from "./video-device-holders.ts";

/** Words for people: what keeps a sensor from being set up, who, and what to do. */
export async function mediaTrouble(
	path: string,
	pipeline: Pipeline,
	error: MediaCtlError,
	options: SensorOptions,
): Promise<VideoDeviceError> {
	const { device, route } = pipeline;
	const sensor = route[0]?.source.entity;
	const what = sensor ? `the sensor "${sensor}" of ${path}` : path;
	switch (error.trouble) {
		case "busy":
			return new VideoDeviceError(
				"busy",
				`${what} cannot be set up while it streams: it is used by ${await users(pipeline, options)}`,
			);
		case "permission":
			return new VideoDeviceError(
				"permission",
				`${device} and its /dev/v4l-subdev* set up the camera ${path} and may not be opened by this user: run \`usermod -aG video USER\` as root and start again (${error.message})`,
			);
		case "missing":
			return new VideoDeviceError(
				"missing",
				`${device}, the media controller of ${path}, is not there`,
			);
		case "no-tool":
			return new VideoDeviceError(
				"no-tool",
				`${path} has a sensor to set up: ${error.message}`,
			);
		default:
			return new VideoDeviceError(
				"failed",
				`${what} cannot be set up: ${error.message}`,
			);
	}
}

async function users(
	{ graph }: Pipeline,
	{ proc }: SensorOptions,
): Promise<string> {
	const holders = new Map<number, Holder>();
	for (const { kind, node } of graph.entities)
		if (kind === "node" && node)
			for (const holder of await videoDeviceHolders(node, proc))
				holders.set(holder.pid, holder);
	if (holders.size === 0)
		return "a program that this user may not see; `fuser -v /dev/video*` as root names it";
	const names = [...holders.values()].map(
		({ name, pid }) => `${name} (pid ${pid})`,
	);
	return `${names.join(", ")}: stop it, or let it watch this camera's stream instead`;
}
