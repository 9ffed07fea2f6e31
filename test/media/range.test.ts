import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toFullRange, toVideoRange } from "../../src/media/gstreamer/range.ts";
import { run } from "../helpers/run.ts";

const size = "video/x-raw,format=I420,width=64,height=64";

/** Y, U and V in the middle of a picture of one colour. */
async function colourBehind(
	pattern: string,
	elements: readonly string[],
): Promise<readonly number[]> {
	const line = `-q videotestsrc num-buffers=1 pattern=${pattern} ! ${size} ! ${elements.join(" ")} ! ${size} ! fdsink fd=1`;
	const { code, stdout, stderr } = await run("gst-launch-1.0", line.split(" "));
	assert.equal(code, 0, stderr);
	const luma = 64 * 64;
	return [luma / 2 + 32, luma + 512, luma + 1024 + 512].map(
		(at) => stdout[at] ?? -1,
	);
}

/** What the encoder's rounding may cost. */
function near(seen: readonly number[], wanted: readonly number[]): void {
	const text = `${seen.join()} instead of ${wanted.join()}`;
	for (const [index, value] of wanted.entries())
		assert.ok(Math.abs((seen[index] ?? -1) - value) <= 3, text);
}

describe("JPEG has its full range, raw pictures have video range", () => {
	for (const [pattern, full, video] of [
		["black", [0, 128, 128], [16, 128, 128]],
		["white", [255, 128, 128], [235, 128, 128]],
		["red", [76, 85, 255], [81, 90, 240]],
	] as const) {
		test(`${pattern} becomes JPEG's ${pattern}`, async () => {
			near(await colourBehind(pattern, toFullRange), full);
		});
		test(`${pattern} by way of a JPEG is ${pattern} again`, async () => {
			const there = [...toFullRange, "!", "jpegenc", "!", "jpegdec", "!"];
			near(await colourBehind(pattern, [...there, ...toVideoRange]), video);
		});
	}
});
