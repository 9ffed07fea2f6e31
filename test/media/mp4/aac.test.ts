import assert from "node:assert/strict";
import { test } from "node:test";
import { audioFormat } from "../../../src/media/formats/audio.ts";
import { aacTrack } from "../../../src/media/mp4/aac.ts";
import { aacUnits } from "../../../src/media/mp4/aac-units.ts";
import { SoundTimeline } from "../../../src/media/mp4/sound-timeline.ts";
import { frameOf } from "../../rtsp/fake-stream.ts";
import { inside } from "./boxes.ts";

const aac = (sampleRateKHz: number) =>
	audioFormat({
		encoding: "AAC",
		bitrateKbit: 32,
		sampleRateKHz,
	}).description;

test("a track of AAC says what it is in its descriptors", () => {
	const track = aacTrack(2, aac(16));
	assert.ok(track);
	assert.deepEqual(
		[track.codec, track.timescale, track.media],
		["mp4a.40.2", 16_000, "audio"],
	);
	const entry = inside(track.sampleEntry, "mp4a");
	assert.deepEqual(
		[entry.readUInt16BE(16), entry.readUInt32BE(24)],
		[1, 16_000 * 65_536],
	);
	assert.equal(
		inside(entry.subarray(28), "esds").toString("hex"),
		"00000000031900000004114015000000000000000000000005021408060102",
	);
});

test("what is no AAC-LC in AAC-hbr is no track", () => {
	const good = aac(48);
	assert.ok(aacTrack(2, good));
	for (const other of [
		{ encodingName: "PCMU", fmtp: undefined },
		{ encodingName: "MP4A-LATM" },
		{ fmtp: good.fmtp?.replace("AAC-hbr", "AAC-lbr") },
		{ fmtp: good.fmtp?.replace("sizelength=13", "sizelength=6") },
		{ fmtp: good.fmtp?.replace(/config=\w+/, "config=2b11") },
		{ fmtp: good.fmtp?.replace(/config=\w+/, "config=1") },
		{ fmtp: undefined },
	])
		assert.equal(aacTrack(2, { ...good, ...other }), undefined);
});

const rtp = (payload: string) =>
	Buffer.concat([
		Buffer.from("80e100010000000000000001", "hex"),
		Buffer.from(payload, "hex"),
	]);

const payloads = {
	"one frame": ["00100018aabbcc", ["aabbcc"]],
	"two frames": ["002000180010aabbccddee", ["aabbcc", "ddee"]],
	"a part of a frame": ["00100800aabbcc", []],
	"headers that are not there": ["00ff0018", []],
	"a frame of nothing": ["00100000", []],
	nothing: ["", []],
} as const;

for (const [what, [payload, expected]] of Object.entries(payloads))
	test(`frames of AAC out of RTP: ${what}`, () => {
		const units = aacUnits(frameOf([rtp(payload)], true));
		assert.deepEqual(
			units.map((unit) => unit.toString("hex")),
			expected,
		);
	});

/** Where frames of 16 kHz belong on the pictures' timeline, in seconds; decode times and durations of those that are not left out. */
const frame = 1024 / 16_000;
const places = {
	"one after the other": {
		at: [0.1, 0.1 + frame, 0.1 + 2 * frame],
		out: [
			[1600, 1024],
			[2624, 1024],
			[3648, 1024],
		],
	},
	"jitter is not taken over": {
		at: [0, frame + 0.04, 2 * frame - 0.04],
		out: [
			[0, 1024],
			[1024, 1024],
			[2048, 1024],
		],
	},
	"what belongs before the first picture is left out": {
		at: [-0.1, 0.01],
		out: [[160, 1024]],
	},
	"a clock that lags is brought back by a little": {
		at: [0, frame + 0.06, 2 * frame + 0.06],
		out: [
			[0, 1024],
			[1024, 1040],
			[2064, 1040],
		],
	},
	"sound that was away for seconds": {
		at: [0, 3],
		out: [
			[0, 1024],
			[1024, 1024 + 48_000 - 1024],
		],
	},
	"sound far ahead waits for the pictures": {
		at: [5, 5 + frame, 2, 5 + 2 * frame],
		out: [
			[80_000, 1024],
			[81_024, 1024],
			[82_048, 1024],
		],
	},
};

for (const [what, { at, out }] of Object.entries(places))
	test(`times of sound: ${what}`, () => {
		const timeline = new SoundTimeline(16_000);
		const times = at.flatMap((seconds) => timeline.next(seconds) ?? []);
		assert.deepEqual(
			times.map(({ decodeTime, duration }) => [decodeTime, duration]),
			out,
		);
	});
