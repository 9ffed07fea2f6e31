import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setCamera } from "../../../src/media/v4l2-chain/camera.ts";
import { nodeKind } from "../../../src/media/v4l2-chain/devices.ts";
import {
	checkLoopback,
	type LoopbackAccess,
	loopbackWritten,
} from "../../../src/media/v4l2-chain/loopback.ts";
import { parseFormat } from "../../../src/media/v4l2-chain/v4l2-ctl.ts";
import { patienceMs } from "../../helpers/patience.ts";

function folder(t: TestContext): string {
	const path = mkdtempSync(join(tmpdir(), "onvifd-chain-test-"));
	t.after(() => rmSync(path, { recursive: true }));
	return path;
}

test("a file, another device and nothing are no video device", async (t) => {
	const file = join(folder(t), "video10");
	assert.equal(await nodeKind(file), "missing");
	writeFileSync(file, "");
	assert.equal(await nodeKind(file), "other");
	assert.equal(await nodeKind("/dev/null"), "other");
});

const format = (fourcc: string, width: number, height: number) =>
	`Format Video Capture:\n\tWidth/Height      : ${width}/${height}\n\tPixel Format      : '${fourcc}' (x)\n\tField : None\n`;

test("v4l2-ctl's words for a format", () => {
	assert.deepEqual(parseFormat(format("H264", 640, 360)), {
		fourcc: "H264",
		width: 640,
		height: 360,
	});
	assert.equal(
		parseFormat("VIDIOC_G_FMT: failed: Invalid argument"),
		undefined,
	);
});

const loopback: LoopbackAccess = {
	nodeKind: async () => "device",
	v4l2Ctl: async () => "Driver Info:\n\tDriver name      : v4l2 loopback\n",
	holders: async () => [],
};

const written = { fourcc: "H264", width: 640, height: 360 };

const refusals: readonly [string, Partial<LoopbackAccess>, RegExp][] = [
	[
		"missing",
		{ nodeKind: async () => "missing" },
		/^\/dev\/video10 is not there: modprobe v4l2loopback video_nr=10 /,
	],
	[
		"a file",
		{ nodeKind: async () => "other" },
		/^\/dev\/video10 is no video device: .* remove it/,
	],
	[
		"a camera",
		{ v4l2Ctl: async () => "Driver Info:\n\tDriver name      : uvcvideo\n" },
		/no loopback device but one of the driver uvcvideo/,
	],
	[
		"silent",
		{ v4l2Ctl: async () => "" },
		/no loopback device but one that does not tell its driver/,
	],
	[
		"in use",
		{ holders: async () => ["motion (pid 7)"] },
		/^\/dev\/video10 is in use by motion \(pid 7\); .* takes no H264 640x360$/,
	],
];

test("a free loopback device will do", () =>
	checkLoopback("/dev/video10", loopback));
for (const [what, access, message] of refusals)
	test(`a loopback device that is ${what} is refused`, () =>
		assert.rejects(
			checkLoopback("/dev/video10", { ...loopback, ...access }, written),
			{
				name: "ChainTrouble",
				message,
			},
		));

test("a loopback device is written when format and size are the writer's", async () => {
	const said = [
		"VIDIOC_G_FMT: failed: Invalid argument",
		format("H264", 640, 360),
	];
	await loopbackWritten(
		"/dev/video10",
		written,
		{ ...loopback, v4l2Ctl: async () => said.shift() ?? "" },
		AbortSignal.timeout(patienceMs),
	);
	assert.deepEqual(said, []);
});

const info = {
	path: "/dev/video0",
	node: "/dev/video0",
	name: "Cam",
	driver: "uvcvideo",
	bus: "usb",
	formats: ["MJPG", "YUYV"].map((fourcc) => ({
		fourcc,
		compressed: fourcc === "MJPG",
		sizes: [
			{
				kind: "discrete" as const,
				width: 640,
				height: 360,
				frameRates: { kind: "discrete" as const, rates: [30, 15] },
			},
		],
	})),
};
const wish = { width: 640, height: 360, frameRate: 10 };

test("the camera is set to the size and its nearest rate, in a raw format", async () => {
	const lines: string[] = [];
	const mode = await setCamera({ camera: "/dev/video0" }, wish, {
		probe: async () => info,
		forget: async () => {},
		async v4l2Ctl(args) {
			lines.push(args.slice(2).join(" "));
			return format("YUYV", 640, 360);
		},
	});
	assert.deepEqual([mode.fourcc, mode.frameRate], ["YUYV", 15]);
	assert.deepEqual(lines, [
		"--set-fmt-video=width=640,height=360,pixelformat=YUYV",
		"--set-parm=15",
		"--get-fmt-video",
	]);
});

const cameraRefusals: readonly [string, typeof wish, string, RegExp][] = [
	[
		"a size it does not have",
		{ ...wish, height: 480 },
		"",
		/^\/dev\/video0 \(Cam\) has no 640x480, .* it offers 640x360$/,
	],
	[
		"another size that it takes silently",
		wish,
		format("YUYV", 320, 180),
		/takes 320x180 instead of 640x360$/,
	],
	[
		"another format that it takes silently",
		wish,
		format("MJPG", 640, 360),
		/takes MJPG instead of YUYV$/,
	],
	[
		"a program that has it",
		wish,
		"VIDIOC_S_FMT: failed: Device or resource busy",
		/is in use/,
	],
	["no word", wish, "", /does not tell its format/],
];
for (const [what, wanted, said, message] of cameraRefusals)
	test(`a camera with ${what} is refused`, () =>
		assert.rejects(
			setCamera({ camera: "/dev/video0" }, wanted, {
				probe: async () => info,
				forget: async () => {},
				v4l2Ctl: async () => said,
			}),
			{ name: "ChainTrouble", message },
		));
