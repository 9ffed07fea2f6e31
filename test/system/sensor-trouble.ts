import assert from "node:assert/strict";
import {
	VideoDeviceError,
	type VideoDeviceTrouble,
} from "../../src/system/video-device.ts";

/** Whatever there is. */
export const anySensor = { entity: null, device: null, busFormat: null };

/** For assert.rejects: this trouble, in these words, on one line. */
export function isTrouble(
	trouble: VideoDeviceTrouble,
	message: string | RegExp,
) {
	return (error: unknown) => {
		assert.ok(error instanceof VideoDeviceError, String(error));
		assert.equal(error.trouble, trouble);
		if (typeof message === "string") assert.equal(error.message, message);
		else assert.match(error.message, message);
		assert.doesNotMatch(error.message, /\n/);
		return true;
	};
}

export const wish = { width: 1280, height: 720, frameRate: 15 };
