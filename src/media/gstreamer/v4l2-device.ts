import {
	type CaptureMode,
	chooseCaptureMode,
} from "../../system/capture-mode.ts";
import type { Log } from "../../system/log.ts";
import type { PictureKind } from "../../system/media-bus-formats.ts";
import { MediaSensors } from "../../system/media-sensor.ts";
import { videoControlAccess } from "../../system/video-control-access.ts";
import {
	explainVideoDevice,
	probeVideoDevice,
	type VideoDeviceInfo,
} from "../../system/video-device.ts";
import { waitForVideoDevice } from "../../system/video-device-wait.ts";
import type { VideoFormat } from "../../system/video-formats.ts";
import type { CapturePlan } from "../types.ts";
import type { DeviceAccess } from "./capture.ts";

const anySensor = { entity: null, device: null, busFormat: null };

/** The V4L2 device of a capture, looked at anew before each start; a test source needs none. */
export function v4l2Device(log: Log): DeviceAccess {
	const sensors = new MediaSensors(log);
	return {
		controls: videoControlAccess(),
		async mode(plan: CapturePlan): Promise<CaptureMode | undefined> {
			if (plan.source.kind !== "v4l2") return undefined;
			const { device, mediaController = anySensor } = plan.source;
			let info: VideoDeviceInfo | undefined;
			const probe = async () => {
				info = await probeVideoDevice(device);
				return info;
			};
			const sensor = await sensors.setUp({
				path: device,
				choice: mediaController,
				kinds: kindsOf(plan),
				width: plan.width,
				height: plan.height,
				frameRate: plan.frameRate,
				formats: async () => (await probe()).formats,
			});
			const { name, formats } = info ?? (await probe());
			const mode = chooseCaptureMode(sensor?.formats ?? formats, plan);
			if (mode) return mode;
			const trouble = await explainVideoDevice(device, new Set());
			throw (
				trouble ??
				new Error(
					`${device} (${name}) offers no ${wantedOf(plan)} that can be taken; it offers ${offered(formats)}`,
				)
			);
		},
		async explain(plan: CapturePlan): Promise<string | undefined> {
			if (plan.source.kind !== "v4l2") return undefined;
			const { device } = plan.source;
			await sensors.forget(device);
			const trouble = await explainVideoDevice(device, new Set());
			return trouble?.message;
		},
		async whenBack(plan: CapturePlan, signal: AbortSignal): Promise<void> {
			if (plan.source.kind !== "v4l2") return;
			await waitForVideoDevice(plan.source.device, signal).catch(
				() => undefined,
			);
		},
	};
}

/** What to ask a sensor for, best first. */
function kindsOf({ compressed }: CapturePlan): readonly PictureKind[] {
	if (compressed === undefined || compressed.only === "raw") return ["raw"];
	if (compressed.only === "jpeg") return ["jpeg"];
	return compressed.asTheyCome.has("jpeg") ? ["jpeg", "raw"] : ["raw", "jpeg"];
}

function wantedOf({ compressed }: CapturePlan): string {
	return compressed?.only ? `${compressed.only} pictures` : "pictures";
}

/** `YUYV up to 1280x720, MJPG up to 1920x1080`, for people. */
function offered(formats: readonly VideoFormat[]): string {
	const named = formats.slice(0, 12).map(({ fourcc, sizes }) => {
		const largest = sizes
			.map((size) => (size.kind === "discrete" ? size : size.max))
			.reduce((a, b) => (a.width * a.height < b.width * b.height ? b : a), {
				width: 0,
				height: 0,
			});
		return `${fourcc} up to ${largest.width}x${largest.height}`;
	});
	return named.join(", ") || "none";
}
