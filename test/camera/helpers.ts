import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Camera } from "../../src/camera/camera.ts";
import { openCamera } from "../../src/camera/open.ts";
import {
	type CameraSettings,
	defaultEncoderLimits,
	type ProfileSettings,
} from "../../src/camera/settings.ts";
import { fileStore } from "../../src/camera/store.ts";
import type { Clock } from "../../src/system/clock.ts";
import type { Log } from "../../src/system/log.ts";

export const clock: Clock = {
	now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
	monotonic: () => 0,
};

/** Keeps its lines for the test to read. */
export function listeningLog(): Log & { readonly lines: string[] } {
	const lines: string[] = [];
	const keep = (message: string, fields?: object) => {
		lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
	};
	return { lines, info: keep, warn: keep, error: keep };
}

export const mainProfile: ProfileSettings = {
	token: "main",
	name: "Main",
	encoding: "H264",
	width: 1280,
	height: 720,
	frameRate: 25,
	bitrateKbit: 2048,
	govLength: 25,
	quality: 80,
	h264Profile: "Main",
};

export const settings: CameraSettings = {
	name: "Front door",
	mac: "02:00:00:00:00:01",
	identity: {
		manufacturer: "onvifd",
		model: "Camera",
		firmwareVersion: "0.1.0",
		serialNumber: "0123456789AB",
		hardwareId: "Test board",
		endpointReference: "urn:uuid:01234567-89ab-8def-8123-456789abcdef",
	},
	videoSource: { token: "video", frameRate: 25, width: 1280, height: 720 },
	profiles: [
		mainProfile,
		{ ...mainProfile, token: "sub", name: "Sub", width: 640, height: 360 },
		{
			...mainProfile,
			token: "jpeg",
			name: "JPEG",
			encoding: "JPEG",
			width: 640,
			height: 480,
		},
	],
	limits: defaultEncoderLimits,
	maximumProfiles: 5,
};

export async function stateDir(t: TestContext): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), "onvifd-camera-"));
	t.after(() => rm(path, { recursive: true }));
	return path;
}

/** A camera that keeps its state in `dir`. */
export function open(
	dir: string,
	with_: Partial<CameraSettings> = {},
	log: Log = listeningLog(),
): Promise<Camera> {
	return openCamera({ ...settings, ...with_ }, fileStore(dir, clock, log), log);
}
