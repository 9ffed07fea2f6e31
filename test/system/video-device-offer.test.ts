import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { offerOf, offerOfDevice } from "../../src/system/video-device-offer.ts";
import { parseVideoFormats } from "../../src/system/video-formats.ts";

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
		},
	);
});

test("a device that says no rate, or names no sizes, limits nothing", () => {
	assert.deepEqual(offerOf(formatsOf("vimc"), wish), {
		sizes: [],
		frameRate: undefined,
	});
});

test("what gives no pictures offers nothing, nor does what is not there", async () => {
	assert.equal(offerOf(formatsOf("loopback-without-writer"), wish), undefined);
	assert.equal(await offerOfDevice("/dev/video-none", wish), undefined);
});
