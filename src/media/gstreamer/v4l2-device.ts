import {
	type CaptureMode,
	chooseCaptureMode,
} from "../../system/capture-mode.ts";
import {
	explainVideoDevice,
	probeVideoDevice,
} from "../../system/video-device.ts";
import { waitForVideoDevice } from "../../system/video-device-wait.ts";
import type { CapturePlan } from "../types.ts";
import type { DeviceAccess } from "./capture.ts";

/** The V4L2 device of a capture, looked at anew before each start; a test source needs none. */
export const v4l2Device: DeviceAccess = {
	async mode(plan: CapturePlan): Promise<CaptureMode | undefined> {
		if (plan.source.kind !== "v4l2") return undefined;
		const { device } = plan.source;
		const { name, formats } = await probeVideoDevice(device);
		const mode = chooseCaptureMode(formats, plan);
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
		const trouble = await explainVideoDevice(plan.source.device, new Set());
		return trouble?.message;
	},
	async whenBack(plan: CapturePlan, signal: AbortSignal): Promise<void> {
		if (plan.source.kind !== "v4l2") return;
		await waitForVideoDevice(plan.source.device, signal).catch(() => undefined);
	},
};
