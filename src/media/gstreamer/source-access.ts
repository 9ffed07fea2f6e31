import { accessSync, constants, statSync } from "node:fs";
import type { Log } from "../../system/log.ts";
import type { DeviceAccess } from "./capture.ts";
import { v4l2Device } from "./v4l2-device.ts";

/** @throws Error that says what is wrong with a video file */
function checkFile(path: string): void {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (!stat) throw new Error(`${path} is not there`);
	if (!stat.isFile()) throw new Error(`${path} is no file`);
	try {
		accessSync(path, constants.R_OK);
	} catch {
		throw new Error(`${path} may not be read by this user`);
	}
}

/** Every kind of source, looked at before each start of the capture. Another camera is asked when it is connected to. */
export function sourceAccess(log: Log): DeviceAccess {
	const device = v4l2Device(log);
	return {
		...device,
		async mode(plan, signal) {
			if (plan.source.kind === "file") checkFile(plan.source.path);
			return device.mode(plan, signal);
		},
	};
}
