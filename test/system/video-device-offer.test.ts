import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { CaptureWish } from "../../src/system/capture-mode.ts";
import { offerOf, offerOfDevice } from "../../src/system/video-device-offer.ts";
import {
	parseVideoFormats,
	type VideoFormat,
} from "../../src/system/video-formats.ts";

const formatsOf = (device: string) =>
	parseVideoFormats(
		readFileSync(
			new URL(`../../fixtures/v4l2-ctl/${device}.txt`, import.meta.url),
			"utf8",
		),
	);
const wish = { width: 1280, height: 720, frameRate: 60 };

test("a device's own sizes up to the wished one, and its best rate there, in any format that can be taken", () => {
	assert.deepEqual(offerOf(formatsOf("usb-webcam"), wish), {
		sizes: [
			{ width: 1280, height: 720 },
			{ width: 640, height: 480 },
			{ width: 160, height: 120 },
		],
		frameRate: 30,
		compressed: new Set(["jpeg"]),
	});
	assert.deepEqual(
		offerOf(formatsOf("vivid"), { ...wish, width: 640, height: 480 }),
		{
			sizes: [
				{ width: 320, height: 180 },
				{ width: 640, height: 360 },
				{ width: 640, height: 480 },
			],
			frameRate: 25,
			compressed: new Set(),
		},
	);
});

test("a device that says no rate, or names no sizes, limits nothing", () => {
	assert.deepEqual(offerOf(formatsOf("vimc"), wish), {
		sizes: [],
		frameRate: undefined,
		compressed: new Set(),
	});
});

test("what a device compresses itself counts in exactly the wished size, H.264 at no more than the wished rate", () => {
	const formats: readonly VideoFormat[] = ["MJPG", "H264"].map((fourcc) => ({
		fourcc,
		compressed: true,
		sizes: [
			{
				kind: "discrete",
				width: 1280,
				height: 720,
				frameRates: { kind: "discrete", rates: [30] },
			},
		],
	}));
	const own = (other: Partial<CaptureWish>) => [
		...(offerOf(formats, { ...wish, ...other })?.compressed ?? []),
	];
	assert.deepEqual(own({}), ["h264", "jpeg"]);
	assert.deepEqual(own({ frameRate: 15 }), ["jpeg"]);
	assert.deepEqual(own({ width: 640, height: 360 }), []);
	const only = (one: "h264" | "jpeg" | "raw") => ({
		compressed: { asTheyCome: new Set<never>(), only: one },
	});
	assert.deepEqual(own(only("h264")), ["h264"]);
	assert.deepEqual(own(only("jpeg")), ["jpeg"]);
	assert.deepEqual(own(only("raw")), []);
});

test("what gives no pictures offers nothing, nor does what is not there", async () => {
	assert.equal(offerOf(formatsOf("loopback-without-writer"), wish), undefined);
	assert.equal(await offerOfDevice("/dev/video-none", wish), undefined);
});
