import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
	type CaptureMode,
	type CompressedWish,
	type Compression,
	chooseCaptureMode,
	frameRateFraction,
} from "../../src/system/capture-mode.ts";
import { parseVideoFormats } from "../../src/system/video-formats.ts";

const cases: readonly [
	what: string,
	device: string,
	wish: string,
	mode: string,
][] = [
	["the exact mode", "vivid", "640x360@10", "YU12 I420 640x360@10"],
	["the next larger size", "vivid", "320x240@15", "YU12 I420 640x360@15"],
	["the next higher rate", "vivid", "640x480@20", "YU12 I420 640x480@25"],
	[
		"the highest rate there is",
		"vivid",
		"1920x1080@30",
		"YU12 I420 1920x1080@5",
	],
	[
		"the largest size there is",
		"vivid",
		"8000x6000@5",
		"YU12 I420 3840x2160@2",
	],
	["a size out of a range", "vimc", "641x479@10", "BGR3 BGR 641x479@unknown"],
	["the limit of a range", "vimc", "9000x1@10", "BGR3 BGR 4096x16@unknown"],
	[
		"a size rounded up to a step",
		"board-camera",
		"641x481@30",
		"YU12 I420 642x482@30",
	],
	[
		"a rate within a range",
		"board-camera",
		"640x480@120",
		"YU12 I420 640x480@90",
	],
	[
		"raw before compressed",
		"usb-webcam",
		"1280x720@30",
		"YUYV YUY2 1280x720@10",
	],
	["29.97 for 30", "usb-webcam", "160x120@30", "YUYV YUY2 160x120@29.97"],
];

for (const [what, device, wish, expected] of cases) {
	test(`${wish} of ${device} gives ${what}`, () => {
		const mode = choose(device, wish);
		assert.equal(mode && describe(mode), expected);
	});
}

const own: readonly [
	what: string,
	device: string,
	wish: string,
	compressed: CompressedWish,
	mode: string | undefined,
][] = [
	[
		"JPEG where raw pictures do not come fast enough",
		"usb-webcam",
		"1280x720@30",
		wanted(),
		"MJPG jpeg 1280x720@30",
	],
	[
		"raw pictures where they do and nobody takes JPEG as it comes",
		"usb-webcam",
		"640x480@30",
		wanted(),
		"YUYV YUY2 640x480@30",
	],
	[
		"JPEG for one who takes it as it comes",
		"usb-webcam",
		"640x480@15",
		wanted("jpeg"),
		"MJPG jpeg 640x480@30",
	],
	[
		"raw pictures where JPEG does not have the size",
		"usb-webcam",
		"160x120@20",
		wanted("jpeg"),
		"YUYV YUY2 160x120@29.97",
	],
	[
		"H.264 for one who takes it as it comes, before JPEG",
		"h264-webcam",
		"640x480@15",
		wanted("jpeg", "h264"),
		"H264 h264 640x480@15",
	],
	[
		"no H.264 that comes too fast",
		"h264-webcam",
		"1920x1080@15",
		wanted("h264"),
		"MJPG jpeg 1920x1080@30",
	],
	[
		"what the owner wants",
		"h264-webcam",
		"640x480@15",
		{ ...wanted("h264"), only: "raw" },
		"YUYV YUY2 640x480@15",
	],
	[
		"JPEG alone when the owner wants it, decoded if need be",
		"h264-webcam",
		"640x480@15",
		{ ...wanted("h264"), only: "jpeg" },
		"MJPG jpeg 640x480@30",
	],
	[
		"nothing when the owner wants what it has not",
		"usb-webcam",
		"640x480@15",
		{ ...wanted(), only: "h264" },
		undefined,
	],
];

function wanted(...asTheyCome: Compression[]): CompressedWish {
	return { asTheyCome: new Set(asTheyCome) };
}

for (const [what, device, wish, compressed, expected] of own)
	test(`${wish} of ${device} gives ${what}`, () => {
		const mode = choose(device, wish, compressed);
		assert.equal(mode && describe(mode), expected);
	});

test("a device without raw formats has no mode", () => {
	assert.equal(choose("loopback-without-writer", "640x480@10"), undefined);
	const bayer = "\t[0]: 'BA81' (8-bit Bayer)\n\t\tSize: Discrete 640x480\n";
	assert.equal(
		chooseCaptureMode(parseVideoFormats(bayer), {
			width: 640,
			height: 480,
			frameRate: 10,
		}),
		undefined,
	);
});

test("rates become fractions as drivers mean them", () => {
	const rates = [30, 12.5, 29.97, 59.94, 23.976, 14.985, 7.5, 1, 0.5, 8.57];
	assert.deepEqual(rates.map(frameRateFraction), [
		"30/1",
		"25/2",
		"30000/1001",
		"60000/1001",
		"24000/1001",
		"15000/1001",
		"15/2",
		"1/1",
		"1/2",
		"8570/1000",
	]);
});

function choose(
	device: string,
	wish: string,
	compressed?: CompressedWish,
): CaptureMode | undefined {
	const url = new URL(`../../fixtures/v4l2-ctl/${device}.txt`, import.meta.url);
	const [width = 0, height = 0, frameRate = 0] = wish.split(/[x@]/).map(Number);
	return chooseCaptureMode(parseVideoFormats(readFileSync(url, "utf8")), {
		width,
		height,
		frameRate,
		...(compressed && { compressed }),
	});
}

function describe(mode: CaptureMode): string {
	const { fourcc, width, height, frameRate } = mode;
	return `${fourcc} ${mode.compression ?? mode.rawFormat} ${width}x${height}@${frameRate ?? "unknown"}`;
}
