import {
	type CaptureMode,
	chooseCaptureMode,
} from "../../system/capture-mode.ts";
import type { Log } from "../../system/log.ts";
import type { PictureKind } from "../../system/media-bus-formats.ts";
import { MediaSensors } from "../../system/media-sensor.ts";
import {
	explainVideoDevice,
	probeVideoDevice,
	type VideoDeviceInfo,
} from "../../system/video-device.ts";
import { waitForVideoDevice } from "../../system/video-device-wait.ts";
import type { CapturePlan } from "../types.ts";
import type { DeviceAccess } from "./capture.ts";

/** Until captures take a sensor's own JPEG. */
const kinds: readonly PictureKind[] = ["raw"];
const anySensor = { entity: null, device: null, busFormat: null };

/** The V4L2 device of a capture, looked at anew before each start; a test source needs none. */
export function v4l2Device(log: Log): DeviceAccess {
	const sensors = new MediaSensors(log);
	return {
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
				kinds,
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
					`${device} (${name}) offers no raw picture format that can be converted`,
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
