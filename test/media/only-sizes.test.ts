import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { onlySizes } from "../../src/media/gstreamer/only-sizes.ts";

const size = { width: 1280, height: 720 };

describe("encodings that can be had in some sizes only", () => {
	// biome-ignore format: a table
	const cases: [string, string[], ("h264" | "jpeg")[] | undefined, [string, object[]][]][] = [
		["everything is installed", ["x264enc", "jpegenc"], [], []],
		["any H.264 encoder does", ["openh264enc", "jpegenc"], [], []],
		["no H.264 encoder, a raw camera", ["jpegenc"], [], [["H264", []]]],
		["no H.264 encoder, a camera with its own", ["jpegenc"], ["h264"], [["H264", [size]]]],
		["no encoder, a JPEG camera", ["shmsink"], ["jpeg"], [["H264", []], ["JPEG", [size]]]],
		["GStreamer does not say", [], [], []],
		["the device is not there", ["jpegenc"], undefined, []],
	];
	for (const [name, known, compressed, expected] of cases)
		test(name, () => {
			const offer = compressed && { compressed: new Set(compressed) };
			assert.deepEqual([...onlySizes(new Set(known), offer, size)], expected);
		});
});
