import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import type {
	OSDConfiguration,
	OSDPosConfiguration,
	OSDTextConfiguration,
} from "../../src/camera/types.ts";
import { passes, wantedOf } from "../../src/media/gstreamer/feed.ts";
import { encoderLine, snapshotLine } from "../../src/media/gstreamer/launch.ts";
import { escapedText, osdElements } from "../../src/media/gstreamer/osd.ts";
import { sameStream } from "../../src/media/plan.ts";
import { encoderConfiguration } from "../helpers/media.ts";

const look = { fontSize: 16, fontColor: "#ffffff" };
const corner = "LowerRight" as const;
function osd(
	text: OSDTextConfiguration,
	position: OSDPosConfiguration = { type: corner },
): OSDConfiguration {
	return { token: "osd", position, textString: text };
}
const plain = (plainText: string): OSDTextConfiguration => ({
	...look,
	type: "Plain",
	plainText,
});

describe("the text of an OSD, whatever it is", () => {
	// biome-ignore format: a table
	const cases: [string, string][] = [
		["Garden17", "Garden17"],
		["two words", "two&#32;words"],
		["100 %Y %", "100&#32;&#37;Y&#32;&#37;"],
		["\"a\" 'b'", "&#34;a&#34;&#32;&#39;b&#39;"],
		["<b>&amp;</b>", "&#60;b&#62;&#38;amp&#59;&#60;&#47;b&#62;"],
		["a ! fakesink", "a&#32;&#33;&#32;fakesink"],
		["\\\" \\", "&#92;&#34;&#32;&#92;"],
		["Höf 雪", "H&#246;f&#32;&#38634;"],
		["🎥", "&#127909;"],
		["a=b,c(int)1;d", "a&#61;b&#44;c&#40;int&#41;1&#59;d"],
	];
	for (const [text, escaped] of cases)
		test(JSON.stringify(text), () => assert.equal(escapedText(text), escaped));
});

describe("the elements of an OSD", () => {
	const rest =
		"font-desc=Sans 16 color=0xffffffff halignment=right valignment=bottom line-alignment=right xpad=10 ypad=10";
	// biome-ignore format: a table
	const cases: [string, OSDConfiguration, string][] = [
		["text", osd(plain("Front door")), `! textoverlay text="Front&#32;door" ${rest}`],
		["date", osd({ ...look, type: "Date", dateFormat: "dddd, MMMM dd, yyyy" }), `! clockoverlay time-format="%A, %B %d, %Y" ${rest}`],
		["time", osd({ ...look, type: "Time", timeFormat: "h:mm:ss tt" }), `! clockoverlay time-format="%-I:%M:%S %p" ${rest}`],
		["both", osd({ ...look, type: "DateAndTime", dateFormat: "M/d/yyyy", timeFormat: "HH:mm:ss" }), `! clockoverlay time-format="%-m/%-d/%Y %H:%M:%S" ${rest}`],
		["a background", osd({ ...plain("A b"), backgroundColor: "#102030" }), `! textoverlay text="<span background='#102030'>A&#32;b</span>" ${rest} draw-outline=false draw-shadow=false`],
		["another corner, size and colour", osd({ ...plain("A"), fontSize: 20, fontColor: "#FFcc00" }, { type: "UpperLeft" }), "! textoverlay text=\"A\" font-desc=Sans 20 color=0xffFFcc00 halignment=left valignment=top line-alignment=left xpad=10 ypad=10"],
		["anywhere", osd(plain("A"), { type: "Custom", pos: { x: -1, y: 0.5 } }), "! textoverlay text=\"A\" font-desc=Sans 16 color=0xffffffff halignment=absolute valignment=absolute x-absolute=0 y-absolute=0.25"],
	];
	for (const [name, one, line] of cases)
		test(name, () => assert.equal(osdElements([one], 640).join(" "), line));
});

const raw = { width: 640, height: 360, frameRate: 15 };
const encoder = encoderConfiguration({ ...raw, encoding: "JPEG" });
const osds = [osd(plain("A"))];

test("OSDs are drawn behind the scaler, into a stream and into its snapshots", () => {
	const small = { ...encoder, width: 320, height: 180 };
	for (const line of [
		encoderLine(raw, small, "/run/s", "x264enc", osds),
		snapshotLine(raw, { ...small, osds }, "/run/s"),
	])
		assert.match(
			line.join(" "),
			/width=320,height=180,pixel-aspect-ratio=1\/1 ! textoverlay text="A" .*xpad=5 ypad=5 ! videobalance .* ! jpegenc/,
		);
});

test("nothing is drawn into what passes untouched, and other OSDs are another stream", () => {
	const camera = { ...raw, fourcc: "MJPG", compression: "jpeg" } as const;
	assert.equal(passes(camera, wantedOf({ encoder })), true);
	assert.equal(passes(camera, wantedOf({ encoder, osds: [] })), true);
	assert.equal(passes(camera, wantedOf({ encoder, osds })), false);
	const stream = { token: "main", encoder };
	assert.equal(sameStream(stream, { ...stream, osds: [] }), true);
	assert.equal(sameStream(stream, { ...stream, osds }), false);
});

const run = promisify(execFile);

/** Luminance of the one black picture that OSDs are drawn into. */
async function drawn(
	osds: readonly OSDConfiguration[],
	width: number,
	height: number,
): Promise<Buffer> {
	const { stdout } = await run(
		"gst-launch-1.0",
		[
			"-q",
			"videotestsrc",
			"num-buffers=1",
			"pattern=black",
			"!",
			`video/x-raw,format=I420,width=${width},height=${height}`,
			...osdElements(osds, width),
			"!",
			"fdsink",
			"fd=1",
		],
		{ encoding: "buffer", maxBuffer: 16 * 1024 * 1024 },
	);
	return stdout.subarray(0, width * height);
}

/** How many bright pixels there are, and the box that they are in. */
function bright(picture: Buffer, width: number) {
	const at = [...picture.keys()].filter(
		(index) => picture.readUInt8(index) > 120,
	);
	const columns = at.map((index) => index % width);
	const rows = at.map((index) => Math.floor(index / width));
	const least = (all: number[]) =>
		all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const most = (all: number[]) => all.reduce((a, b) => Math.max(a, b), -1);
	return {
		count: at.length,
		left: least(columns),
		right: most(columns),
		top: least(rows),
		bottom: most(rows),
	};
}

const hostile = "<b>\"100 %\"</b> & 'x' ! fakesink \\";

for (const [width, height] of [
	[320, 180],
	[1280, 720],
] as const)
	test(`text, date and clock are where they should be at ${width}x${height}`, async () => {
		const both = { ...look, dateFormat: "dddd, MMMM dd, yyyy" } as const;
		// biome-ignore format: a table
		const places: [OSDConfiguration, "left" | "right", "top" | "bottom"][] = [
			[osd(plain(hostile), { type: "UpperLeft" }), "left", "top"],
			[osd({ ...both, type: "Date" }, { type: "UpperRight" }), "right", "top"],
			[osd({ ...both, type: "DateAndTime", timeFormat: "hh:mm:ss tt", backgroundColor: "#ffffff", fontColor: "#000000" }), "right", "bottom"],
			[osd({ ...plain("Höf"), backgroundColor: "#ffffff" }, { type: "LowerLeft" }), "left", "bottom"],
			[osd(plain("Höf"), { type: "Custom", pos: { x: 1, y: 1 } }), "right", "top"],
		];
		for (const [one, side, edge] of places) {
			const box = bright(await drawn([one], width, height), width);
			const what = JSON.stringify([one, box]);
			assert.ok(box.count > width / 8, what);
			const margin = width / 32;
			const near = {
				left: box.left,
				right: width - 1 - box.right,
				top: box.top,
				bottom: height - 1 - box.bottom,
			};
			assert.ok(near[side] <= margin, what);
			assert.ok(near[edge] <= 2 * margin, what);
			assert.ok(box.bottom - box.top < height / 4, what);
		}
	});

test("hostile text is text: it looks as its characters do", async () => {
	// Each of these would be another picture, or none, if it were read as markup or as a line's end.
	const pictures = await Promise.all(
		[hostile, "", "100"].map((text) =>
			drawn(text === "" ? [] : [osd(plain(text))], 640, 360),
		),
	);
	const [shown, none, number] = pictures.map(
		(picture) => bright(picture, 640).count,
	);
	assert.ok(shown !== undefined && none === 0 && number !== undefined);
	assert.ok(shown > 2 * number, `${shown} bright pixels`);
});
