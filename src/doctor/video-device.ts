import type { Config } from "../config/load.ts";
import { compressedWish } from "../media/gstreamer/feed.ts";
import { chooseCaptureMode } from "../system/capture-mode.ts";
import { videoControlAccess } from "../system/video-control-access.ts";
import type { VideoControl } from "../system/video-controls.ts";
import {
	explainVideoDevice,
	probeVideoDevice,
	type VideoDeviceError,
	type VideoDeviceTrouble,
} from "../system/video-device.ts";
import { lastingName } from "../system/video-device-name.ts";
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
	const detail = `${device}${node === device ? "" : ` (${node})`} is ${name}, driver ${driver}`;
	const lasting = node === device ? await lastingName(node) : undefined;
	return lasting === undefined
		? detail
		: {
				detail,
				advice: `set source.v4l2.device to ${lasting}: ${node} may be another camera after the next start`,
			};
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

/** What the device lets one set, with ranges; values that are not the default are told too. */
export async function checkControls(device: string): Promise<Health> {
	const controls = await videoControlAccess().list(device);
	return controls.map(controlText).join(", ") || "none";
}

function controlText({ token, type, ...control }: VideoControl): string {
	const { min, max, menu, value } = control;
	const now =
		value === undefined || value === control.default ? "" : ` (now ${value})`;
	switch (type) {
		case "button":
			return token;
		case "bool":
			return `${token} 0-1${now}`;
		case "menu":
		case "intmenu":
			return `${token} ${menu.map((choice) => choice.value).join("/")}${now}`;
		default:
			return `${token} ${min} to ${max}${now}`;
	}
}
