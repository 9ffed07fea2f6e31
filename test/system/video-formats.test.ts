import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseVideoFormats } from "../../src/system/video-formats.ts";

function fixture(name: string): string {
	const url = new URL(`../../fixtures/v4l2-ctl/${name}.txt`, import.meta.url);
	return readFileSync(url, "utf8");
}

test("vivid's formats, sizes and rates are read", () => {
	const formats = parseVideoFormats(fixture("vivid"));
	assert.deepEqual(
		formats.map(({ fourcc }) => fourcc),
		["YUYV", "UYVY", "422P", "YU12", "NV12", "RGB3"],
	);
	const [yuyv] = formats;
	assert.equal(yuyv?.sizes.length, 6);
	assert.deepEqual(yuyv?.sizes.at(-2), {
		kind: "discrete",
		width: 1920,
		height: 1080,
		frameRates: { kind: "discrete", rates: [1, 2, 4, 5] },
	});
});

test("a size range without rates is read", () => {
	const rgb = parseVideoFormats(fixture("vimc")).find(
		({ fourcc }) => fourcc === "RGB3",
	);
	assert.deepEqual(rgb?.sizes, [
		{
			kind: "stepped",
			min: { width: 16, height: 16 },
			max: { width: 4096, height: 2160 },
			step: { width: 1, height: 1 },
			frameRates: { kind: "discrete", rates: [] },
		},
	]);
});

test("steps and rate ranges are read, slowest first", () => {
	const formats = parseVideoFormats(fixture("board-camera"));
	const range = { kind: "range", min: 1, max: 90 };
	assert.deepEqual(formats[0]?.sizes[0], {
		kind: "stepped",
		min: { width: 32, height: 32 },
		max: { width: 2592, height: 1944 },
		step: { width: 2, height: 2 },
		frameRates: range,
	});
	assert.deepEqual(formats[1]?.sizes[0]?.frameRates, range);
});

test("compressed formats are marked", () => {
	assert.deepEqual(
		parseVideoFormats(fixture("usb-webcam")).map((format) => [
			format.fourcc,
			format.compressed,
		]),
		[
			["MJPG", true],
			["YUYV", false],
		],
	);
});

test("a device without formats has none, and noise is passed over", () => {
	assert.deepEqual(parseVideoFormats(fixture("loopback-without-writer")), []);
	assert.deepEqual(
		parseVideoFormats(
			"\t\tSize: Discrete 1x1\n\t\t\tInterval: Discrete x\n\0\n",
		),
		[],
	);
});

test("an endless enumeration is cut", () => {
	const sizes = "\t\tSize: Discrete 640x480\n".repeat(10_000);
	const rates = "\t\t\tInterval: Discrete 0.033s (30.000 fps)\n".repeat(10_000);
	const formats = parseVideoFormats(
		`\t[0]: 'YUYV' (YUYV 4:2:2)\n${sizes}${rates}`.repeat(2) +
			"\t[1]: 'NV12' (Y/CbCr 4:2:0)\n".repeat(10_000),
	);
	assert.equal(formats.length, 256);
	assert.equal(formats[0]?.sizes.length, 256);
	const last = formats[0]?.sizes.at(-1)?.frameRates;
	assert.equal(last?.kind === "discrete" && last.rates.length, 64);
});
