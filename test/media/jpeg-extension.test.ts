import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { JpegFormat } from "../../src/media/formats/jpeg.ts";
import { FrameAssembler } from "../../src/media/frame-assembler.ts";
import { Deframer } from "../../src/media/rtp/deframer.ts";
import { jpegFromFrame } from "../../src/media/rtp/jpeg.ts";
import {
	extensionOf,
	jpegSize,
	needsExtension,
	withFrameSize,
} from "../../src/media/rtp/jpeg-extension.ts";
import { segmentsIn } from "../../src/media/rtp/jpeg-markers.ts";
import { mediaLines } from "../../src/media/send/sdp.ts";
import type { Frame } from "../../src/media/types.ts";

const header = "801a000100000000000000ab";
const tables = `00000080${"10".repeat(128)}`;

/** RTP/JPEG's main header, of 0x0 pixels, and what follows it. */
const packet = (offset: string, type: string, q: string, rest: string) =>
	Buffer.from(`${header}00${offset}${type}${q}0000${rest}`, "hex");

describe("ONVIF's header extension of a picture", () => {
	const size = { width: 2592, height: 1944 };
	// 2592 is 0a20, 1944 is 0798.
	// biome-ignore format: a table
	const cases: [string, Buffer, string | undefined][] = [
		["4:2:0, two tables", packet("000000", "01", "ff", `${tables}aabb`), "ffc00011 08 0798 0a20 03 012200 021101 031101 ff"],
		["4:2:2", packet("000000", "00", "ff", `${tables}aabb`), "ffc00011 08 0798 0a20 03 012100 021101 031101 ff"],
		["with restart markers", packet("000000", "41", "ff", `0010ffff${tables}aabb`), "ffc00011 08 0798 0a20 03 012200 021101 031101 ff"],
		["one table for all", packet("000000", "01", "ff", `00000040${"10".repeat(64)}aabb`), "ffc00011 08 0798 0a20 03 012200 021100 031100 ff"],
		["a quality in place of tables", packet("000000", "01", "50", "aabb"), "ffc00011 08 0798 0a20 03 012200 021101 031101 ff"],
		["not the first packet", packet("000500", "01", "ff", "aabb"), undefined],
		["too short for a picture", Buffer.from(`${header}0000`, "hex"), undefined],
		["another extension", Buffer.from(`901a000100000000000000ababac000100000000${"00".repeat(12)}`, "hex"), undefined],
	];
	for (const [name, plain, extension] of cases)
		test(name, () => {
			const made = withFrameSize(plain, size);
			if (extension === undefined) {
				assert.equal(made, plain);
				return;
			}
			const words = extension.replaceAll(" ", "");
			assert.equal(
				made.toString("hex"),
				`90${header.slice(2)}ffd80005${words}${plain.toString("hex", 12)}`,
			);
			assert.equal(extensionOf(made)?.toString("hex"), words);
			assert.deepEqual(jpegSize(made), size);
		});

	test("only for sides that RFC 2435 cannot tell", () => {
		assert.equal(needsExtension({ width: 2040, height: 2040 }), false);
		assert.equal(needsExtension({ width: 2048, height: 8 }), true);
		assert.equal(needsExtension({ width: 8, height: 2048 }), true);
	});

	test("a picture's size without it, and without any", () => {
		assert.equal(jpegSize(packet("000000", "01", "ff", tables)), undefined);
		const small = packet("000000", "01", "ff", tables);
		small.set([80, 60], 18);
		assert.deepEqual(jpegSize(small), { width: 640, height: 480 });
	});

	test("segments end where octets are none, or too few", () => {
		const codes = (hex: string) =>
			[...segmentsIn(Buffer.from(hex, "hex"))].map(({ code }) => code);
		assert.deepEqual(codes("ffffffe00004aabbffdd00040010ffff"), [0xe0, 0xdd]);
		for (const none of [
			"",
			"ff",
			"ffc0",
			"ffc00001",
			"ffc0ffff00",
			"00ffc00004",
		])
			assert.deepEqual(codes(none), [], none);
	});
});

test("SDP tells GStreamer the size of a large picture", () => {
	const description = {
		media: "video",
		encodingName: "JPEG",
		payloadType: 26,
		clockRate: 90_000,
		channels: undefined,
		fmtp: undefined,
		bitrateKbit: undefined,
		width: 2592,
		height: 1944,
		frameRate: 5,
	} as const;
	assert.equal(mediaLines(description, 0).at(-1), "a=x-dimensions:2592,1944");
	const small = { ...description, width: 2040, height: 1944 };
	assert.doesNotMatch(mediaLines(small, 0).join(), /x-dimensions/);
});

/** One picture as the encoder sends it, and as its stream gives it on. */
function picture(width: number, height: number, encoder: string): Frame {
	const line = `-q videotestsrc num-buffers=1 ! video/x-raw,format=I420,width=${width},height=${height} ! ${encoder} ! rtpjpegpay pt=26 mtu=1400 ! rtpstreampay ! fdsink fd=1`;
	const { stdout, stderr } = spawnSync("gst-launch-1.0", line.split(" "), {
		maxBuffer: 1 << 26,
	});
	const assembler = new FrameAssembler(1, 0);
	const format = new JpegFormat({ width, height, frameRate: 1 });
	const frames: Frame[] = [];
	new Deframer((one) => {
		const large = needsExtension({ width, height });
		const sent = large ? withFrameSize(one, { width, height }) : one;
		const frame = assembler.add(sent, format, () => 0);
		if (frame) frames.push(frame);
	}).push(stdout);
	const [frame] = frames;
	assert.ok(frame, stderr.toString());
	return frame;
}

for (const [width, height, encoder] of [
	[2592, 1944, "jpegenc"],
	[4096, 16, "jpegenc"],
	[640, 360, "jpegenc"],
	[2592, 1944, "avenc_mjpeg"],
] as const)
	test(`a picture of ${width}x${height} by ${encoder} decodes whole`, () => {
		const file = jpegFromFrame(picture(width, height, encoder));
		const said = execFileSync(
			"ffprobe",
			// biome-ignore format: as one would type it
			["-v", "warning", "-f", "jpeg_pipe", "-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "csv=p=0", "-i", "-"],
			{ input: file, encoding: "utf8" },
		);
		assert.equal(said.trim(), `${width},${height},1`);
	});
