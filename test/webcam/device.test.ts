import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { checkWebcamDevice } from "../../src/webcam/device.ts";
import { WebcamTrouble } from "../../src/webcam/trouble.ts";

interface Described {
	readonly kind?: "device" | "other" | "missing";
	readonly driver?: string;
	readonly caps?: string;
	readonly holders?: readonly string[];
	/** Of the module; undefined: not loaded. */
	readonly numbers?: string;
	readonly exclusive?: string;
	readonly installed?: boolean;
}

function host(t: TestContext, described: Described) {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-webcam-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const put = (path: string, text: string) => {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), `${text}\n`);
	};
	const { kind = "device", driver = "v4l2 loopback" } = described;
	const { caps = "0x05200002", holders = [], numbers } = described;
	if (numbers !== undefined) {
		put("v4l2loopback/parameters/video_nr", numbers);
		put("v4l2loopback/parameters/exclusive_caps", described.exclusive ?? "Y");
	}
	if (described.installed) put("modules.dep", "extra/v4l2loopback.ko:");
	const path = join(folder, "device");
	if (kind !== "missing") writeFileSync(path, "");
	const info = `Driver Info:\n\tDriver name      : ${driver}\n\tDevice Caps      : ${caps}\n`;
	return {
		path,
		host: {
			devices: {
				nodeKind: async () => kind,
				v4l2Ctl: async () => info,
				holders: async () => holders,
			},
			folders: { loaded: folder, installed: folder },
		},
	};
}

const troubled = (message: RegExp) => (error: unknown) =>
	error instanceof WebcamTrouble && !error.usage && message.test(error.message);

test("a device of v4l2loopback that nobody writes to", async (t) => {
	const { path, host: there } = host(t, { numbers: "10,-1,-1" });
	assert.deepEqual(await checkWebcamDevice(path, there), {
		node: path,
		warning: undefined,
	});
});

test("the line to run keeps the devices that are there", async (t) => {
	for (const [described, line] of [
		[
			{ kind: "missing" },
			'apt-get install v4l2loopback-dkms linux-headers-$(uname -r) && modprobe v4l2loopback video_nr=10 exclusive_caps=1 card_label="Network camera"',
		],
		[
			{ kind: "missing", installed: true },
			'modprobe v4l2loopback video_nr=10 exclusive_caps=1 card_label="Network camera"',
		],
		[
			{ kind: "missing", numbers: "-1", exclusive: "N" },
			'modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=10 exclusive_caps=1 card_label="Network camera"',
		],
		[
			{ kind: "missing", numbers: "3,4,-1", exclusive: "Y,N,N" },
			"modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=3,4,10 exclusive_caps=1,0,1",
		],
		[
			{ kind: "missing", numbers: "10", exclusive: "N" },
			"modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=10 exclusive_caps=1",
		],
	] as const) {
		const { host: there } = host(t, described);
		await assert.rejects(
			checkWebcamDevice("/dev/video10", there),
			(error: Error) =>
				error.message === `/dev/video10 is not there; run as root: ${line}`,
			line,
		);
	}
});

test("a file, a camera, and a device that somebody writes to", async (t) => {
	const file = host(t, { kind: "other", installed: true });
	await assert.rejects(
		checkWebcamDevice(file.path, file.host),
		troubled(/is no video device: .*; run as root: rm .*device && modprobe /),
	);
	const camera = host(t, { driver: "uvcvideo", caps: "0x04200001" });
	await assert.rejects(
		checkWebcamDevice(camera.path, camera.host),
		troubled(
			/is no loopback device but one of the driver uvcvideo: .*modprobe/,
		),
	);
	const holders = ["gst-launch-1.0 (pid 12)", "chromium (pid 13)"];
	const busy = host(t, { caps: "0x05200001", holders });
	await assert.rejects(
		checkWebcamDevice(busy.path, busy.host),
		troubled(
			/in use by gst-launch-1\.0 \(pid 12\), chromium \(pid 13\): .*close them$/,
		),
	);
	const hidden = host(t, { caps: "0x05200001" });
	await assert.rejects(
		checkWebcamDevice(hidden.path, hidden.host),
		troubled(/in use by a program that this user may not see/),
	);
});
