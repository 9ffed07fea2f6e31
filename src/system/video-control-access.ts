import { runV4l2Ctl } from "./v4l2-ctl.ts";
import { parseVideoControls, type VideoControl } from "./video-controls.ts";

/** A video device's controls. They may be read and set while somebody streams from it. */
export interface VideoControlAccess {
	/** Rejects with an error for people when the device does not tell. */
	list(device: string): Promise<readonly VideoControl[]>;
	/** Sets one, a button is pressed by 1. Resolves with why it was refused; what was taken is what `list` says next. */
	set(
		device: string,
		token: string,
		value: number,
	): Promise<string | undefined>;
}

export function listControlsLine(device: string): string[] {
	return ["--device", device, "--list-ctrls-menus"];
}

/** One control a call: of several at once, v4l2-ctl sets none when one is refused. */
export function setControlLine(
	device: string,
	token: string,
	value: number,
): string[] {
	return ["--device", device, "--set-ctrl", `${token}=${value}`];
}

/** By v4l2-ctl. */
export function videoControlAccess(file?: string): VideoControlAccess {
	return {
		async list(device) {
			const { stdout, complaint } = await runV4l2Ctl(
				listControlsLine(device),
				file,
			);
			const controls = parseVideoControls(stdout);
			if (controls.length === 0 && complaint !== undefined)
				throw new Error(`${device} does not tell its controls: ${complaint}`);
			return controls;
		},
		async set(device, token, value) {
			const line = setControlLine(device, token, value);
			return (await runV4l2Ctl(line, file)).complaint;
		},
	};
}
