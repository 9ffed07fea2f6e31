import type { Config } from "../config/load.ts";
import { compressedWish } from "../media/gstreamer/feed.ts";
import { chooseCaptureMode } from "../system/capture-mode.ts";
import {
	explainVideoDevice,
	probeVideoDevice,
	type VideoDeviceError,
	type VideoDeviceTrouble,
} from "../system/video-device.ts";
import { type Health, Trouble } from "./finding.ts";
import { planOf } from "./plan.ts";

const remedies: Readonly<Record<VideoDeviceTrouble, string>> = {
	missing: "plug the camera in, or name another in source.v4l2.device",
	busy: "stop the program that uses it",
	silent: "start the program that writes to it",
	permission: "usermod -aG video USER, then log in again",
	"not-a-camera": "name a camera in source.v4l2.device",
	"no-tool": "apt-get install v4l-utils",
	failed: "v4l2-ctl --device DEVICE --all tells more; plug the camera in anew",
};

/** Whether the device is a camera that may be opened and that nobody else uses. `ours` are the service's processes. */
export async function checkDevice(
	device: string,
	ours: ReadonlySet<number>,
): Promise<Health> {
	const trouble = await explainVideoDevice(device, ours);
	if (trouble !== undefined) throw mendable(trouble);
	const { node, name, driver } = await probeVideoDevice(device);
	return `${device}${node === device ? "" : ` (${node})`} is ${name}, driver ${driver}`;
}

const mendable = ({ message, trouble }: VideoDeviceError) =>
	new Trouble(message, remedies[trouble]);

/** Whether the device offers what the profiles wish for. */
export async function checkFormats(
	device: string,
	config: Config,
): Promise<Health> {
	const { capture, streams } = planOf(config);
	const { formats } = await probeVideoDevice(device);
	const wish = `${capture.width}x${capture.height} at ${capture.frameRate} fps`;
	const mode = chooseCaptureMode(formats, {
		...capture,
		compressed: compressedWish(capture, streams),
	});
	if (mode === undefined)
		throw new Trouble(
			`no format that can be used for ${wish}: ${device} offers ${formats.map(({ fourcc }) => fourcc).join(", ") || "none"}`,
			`v4l2-ctl --device ${device} --list-formats-ext shows them`,
		);
	const given = `${mode.fourcc} ${mode.width}x${mode.height}${mode.frameRate === undefined ? "" : ` at ${mode.frameRate} fps`}`;
	if (mode.width < capture.width || mode.height < capture.height)
		throw new Trouble(
			`profiles wish for ${wish}, the best of ${device} is ${given}: pictures are blown up`,
			`set profiles to ${mode.width}x${mode.height} at most`,
		);
	if (mode.frameRate !== undefined && mode.frameRate < capture.frameRate * 0.99)
		throw new Trouble(
			`profiles wish for ${wish}, the best of ${device} is ${given}: pictures are repeated`,
			`set frameRate in profiles to ${Math.floor(mode.frameRate)} at most`,
		);
	return `${given} for profiles up to ${wish}`;
}
