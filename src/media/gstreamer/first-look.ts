import type { CaptureMode } from "../../system/capture-mode.ts";
import { Retry } from "../retry.ts";
import type { CapturePlan } from "../types.ts";
import type { DeviceAccess } from "./capture.ts";

/** Ten seconds of tries, growing apart: a new node gets its rights from udev a moment later, a webcam wakes up. */
const tries = 8;

/**
 * How a device that could not be asked gives its pictures, once it is there. Undefined when it cannot be asked
 * then either: whoever watches it learns why; or when `signal` aborts.
 */
export async function modeOnceThere(
	plan: CapturePlan,
	device: DeviceAccess,
	signal: AbortSignal,
): Promise<CaptureMode | undefined> {
	const retry = new Retry();
	for (let n = 0; n < tries; n++) {
		await device.whenBack(plan, signal);
		if (signal.aborted) return undefined;
		// The first look said what is wrong.
		const mode = await device.mode(plan, signal).catch(() => undefined);
		if (mode) return mode;
		await retry.pause(0, signal);
	}
	return undefined;
}
