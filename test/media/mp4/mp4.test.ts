import assert from "node:assert/strict";
import { test } from "node:test";
import { avcTrack } from "../../../src/media/mp4/avc.ts";
import { box, fullBox, u16 } from "../../../src/media/mp4/box.ts";
import { fragment } from "../../../src/media/mp4/fragment.ts";
import { H264Sample } from "../../../src/media/mp4/h264-sample.ts";
import { initSegment } from "../../../src/media/mp4/init-segment.ts";
import { Timeline } from "../../../src/media/mp4/timeline.ts";
import { mimeType } from "../../../src/media/mp4/track.ts";
import { frameOf } from "../../rtsp/fake-stream.ts";
import { boxes, inside, sampleOf } from "./boxes.ts";

const sps = Buffer.from("6742c01ed902802dd80880000003008000001907", "hex");
const pps = Buffer.from("68cb83cb20", "hex");
const sets = { sps: [sps], pps: [pps] };
const size = { width: 640, height: 360 };

test("a box is its length, its type and what it holds", () => {
	assert.equal(
		box("free", u16(0x102, 0x304)).toString("hex"),
		"0000000c6672656501020304",
	);
	assert.equal(
		fullBox("vmhd", 1, 0x20304).toString("hex"),
		"0000000c766d686401020304",
	);
});

test("the init segment says what the track is, and holds no sample", () => {
	const track = avcTrack(1, 90_000, sets, size);
	assert.equal(mimeType([track]), 'video/mp4; codecs="avc1.42C01E"');
	const init = initSegment([track]);
	assert.deepEqual(
		boxes(init).map(({ type }) => type),
		["ftyp", "moov"],
	);
	const moov = inside(init, "moov");
	assert.deepEqual(
		boxes(moov).map(({ type }) => type),
		["mvhd", "trak", "mvex"],
	);
	assert.equal(inside(moov, "mvhd").length, 100);
	const tkhd = inside(moov, "trak/tkhd");
	assert.equal(tkhd.length, 84);
	assert.deepEqual(
		[tkhd.readUInt32BE(76) / 65_536, tkhd.readUInt32BE(80) / 65_536],
		[640, 360],
	);
	assert.equal(inside(moov, "trak/mdia/mdhd").readUInt32BE(12), 90_000);
	const table = inside(moov, "trak/mdia/minf/stbl");
	assert.deepEqual(
		boxes(table).map(({ type, data }) => [type, data.readUInt32BE(4)]),
		[
			["stsd", 1],
			["stts", 0],
			["stsc", 0],
			["stsz", 0],
			["stco", 0],
		],
	);
	// The sample entry's own fields are 78 octets.
	const entry = inside(table.subarray(16), "avc1").subarray(78);
	assert.equal(
		inside(entry, "avcC").toString("hex"),
		`0142c01effe1${hex16(sps)}01${hex16(pps)}`,
	);
	assert.equal(inside(moov, "mvex/trex").readUInt32BE(4), 1);
});

test("of High profile, chroma and depth are told too", () => {
	const high = Buffer.from("64001fac", "hex");
	const { sampleEntry, codec } = avcTrack(
		1,
		90_000,
		{ sps: [Buffer.concat([Buffer.from([0x67]), high])], pps: [pps] },
		size,
	);
	assert.equal(codec, "avc1.64001F");
	const record = inside(inside(sampleEntry, "avc1").subarray(78), "avcC");
	assert.equal(record.subarray(-4).toString("hex"), "fdf8f800");
});

function hex16(unit: Buffer): string {
	return unit.length.toString(16).padStart(4, "0") + unit.toString("hex");
}

test("a fragment is one sample, with its time in 64 bits", () => {
	const data = Buffer.from("0102030405", "hex");
	const made = fragment(
		7,
		1,
		{ decodeTime: 2 ** 33 + 5, duration: 6000 },
		{ size: 5, key: true, write: (target, at) => void data.copy(target, at) },
	);
	assert.deepEqual(sampleOf(made), {
		sequenceNumber: 7,
		track: 1,
		decodeTime: 2 ** 33 + 5,
		duration: 6000,
		size: 5,
		key: true,
		data,
	});
	// The data offset counts from the moof's first octet.
	const moofLength = made.readUInt32BE();
	assert.equal(inside(made, "moof/traf/trun").readUInt32BE(8), moofLength + 8);
});

const rtp = (payload: string) =>
	Buffer.concat([
		Buffer.from("806000010000000000000001", "hex"),
		Buffer.from(payload, "hex"),
	]);

/** RTP payloads in; each NAL unit behind its length out. */
const payloads = {
	"whole units": [["0601aa", "65bbcc"], "000000030601aa0000000365bbcc"],
	"an aggregate (STAP-A)": [
		["78000267420002684200036501ff"],
		"000000026742000000026842000000036501ff",
	],
	"parameter sets, each once": [
		["6742", "6842", "6742", "6842", "6843", "65ff"],
		"0000000267420000000268420000000268430000000265ff",
	],
	"a unit in three parts (FU-A)": [
		["7c85aabb", "7c05cc", "7c45dd"],
		"0000000565aabbccdd",
	],
	"delimiters and filling are left out": [
		["0910", "0cffff", "41aa"],
		"0000000241aa",
	],
	"a part whose beginning never came": [["7c05cc", "41aa"], "0000000241aa"],
	"an aggregate that says more than it holds": [["7800ff65"], ""],
	"an empty payload, an empty part, a type that nobody knows": [
		["", "7c", "7fff"],
		"",
	],
} as const;

for (const [what, [parts, expected]] of Object.entries(payloads))
	test(`a sample out of RTP: ${what}`, () => {
		const sample = new H264Sample(frameOf(parts.map(rtp), true));
		const out = Buffer.alloc(sample.size);
		sample.write(out, 0);
		assert.equal(out.toString("hex"), expected);
	});

test("a sample's parameter sets, each once", () => {
	const sample = new H264Sample(
		frameOf(["6742", "6842", "6742", "6842", "6843", "65ff"].map(rtp), true),
	);
	assert.deepEqual(
		[sample.sps, sample.pps].map((list) =>
			list.map((it) => it.toString("hex")),
		),
		[["6742"], ["6842", "6843"]],
	);
});

/** RTP timestamps of a stream of 15 frames a second in; decode times and durations out. */
const times = {
	"even frames": {
		rtp: [0, 6000, 12_000],
		out: [
			[0, 6000],
			[6000, 6000],
			[12_000, 6000],
		],
	},
	"a late frame, and no gap for it": {
		rtp: [0, 6000, 30_000, 36_000],
		out: [
			[0, 6000],
			[6000, 6000],
			[12_000, 24_000],
			[36_000, 6000],
		],
	},
	"half the frames, as cameras give in the dark": {
		rtp: [0, 12_000, 24_000],
		out: [
			[0, 6000],
			[6000, 12_000],
			[18_000, 12_000],
		],
	},
	"timestamps that begin anew at 2^32": {
		rtp: [2 ** 32 - 3000, 3000, 9000],
		out: [
			[0, 6000],
			[6000, 6000],
			[12_000, 6000],
		],
	},
	"a pause is left out": {
		rtp: [0, 6000, 900_000, 906_000],
		out: [
			[0, 6000],
			[6000, 6000],
			[12_000, 6000],
			[18_000, 6000],
		],
	},
	"timestamps that go back": {
		rtp: [6000, 0, 6000],
		out: [
			[0, 6000],
			[6000, 1],
			[6001, 6000],
		],
	},
};

for (const [what, { rtp: stamps, out }] of Object.entries(times))
	test(`decode times: ${what}`, () => {
		const timeline = new Timeline(90_000, 15);
		assert.deepEqual(
			stamps.map((stamp) => {
				const { decodeTime, duration } = timeline.next(stamp);
				return [decodeTime, duration];
			}),
			out,
		);
	});
