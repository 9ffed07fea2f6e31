import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
	FrameGate,
	type RelayFrame,
} from "../../../src/media/relay/frame-gate.ts";
import { type PictureSize, sizeFromSps } from "../../../src/media/relay/sps.ts";
import type { VideoTrack } from "../../../src/media/relay/video-track.ts";
import { encode } from "../../rtsp/encoded-stream.ts";

const sps = Buffer.from("Z0LAHtkDxWhAAAADAEAAAAwDxYuS", "base64");
const pps = Buffer.from("aMuMsg==", "base64");
const track: VideoTrack = {
	encoding: "H264",
	payloadType: 97,
	media: { type: "video", formats: [], control: "rtsp://camera/1" },
	parameterSets: [sps, pps],
	inOrder: true,
};
const slice = Buffer.from([0x41, 1, 2, 3]);
const idr = Buffer.from([0x65, 1, 2, 3]);

function packet(
	sequenceNumber: number,
	timestamp: number,
	payload: Buffer,
	marker = true,
	payloadType = 97,
): Buffer {
	const header = Buffer.alloc(12);
	header.writeUInt8(0x80, 0);
	header.writeUInt8(payloadType | (marker ? 0x80 : 0), 1);
	header.writeUInt16BE(sequenceNumber, 2);
	header.writeUInt32BE(timestamp, 4);
	return Buffer.concat([header, payload]);
}

function through(
	packets: readonly Buffer[],
	ofTrack = track,
): { frames: RelayFrame[]; sizes: PictureSize[] } {
	const frames: RelayFrame[] = [];
	const sizes: PictureSize[] = [];
	const gate = new FrameGate(ofTrack, {
		frame: (frame) => frames.push(frame),
		size: (size) => sizes.push(size),
	});
	for (const one of packets) gate.push(one);
	return { frames, sizes };
}

/** Each packet's payload's first octet, its sequence number and whether it has the marker. */
const shape = (frames: readonly RelayFrame[]) =>
	frames.map(({ packets }) =>
		packets.map((one) => [
			one[12],
			one.readUInt16BE(2),
			(one.readUInt8(1) & 0x80) !== 0,
		]),
	);

describe("whole pictures and nothing else", () => {
	test("key frames get the parameter sets that they lack, and all our payload type", () => {
		const { frames } = through([packet(7, 0, idr), packet(8, 9, slice)]);
		assert.deepEqual(shape(frames), [
			[
				[sps[0], 0, false],
				[pps[0], 1, false],
				[idr[0], 2, true],
			],
			[[slice[0], 3, true]],
		]);
		assert.deepEqual(
			frames.flatMap(({ packets }) =>
				packets.map((one) => one.readUInt8(1) & 0x7f),
			),
			[96, 96, 96, 96],
		);
		assert.deepEqual(
			frames.map(({ key }) => key),
			[true, false],
		);
	});

	test("parameter sets of its own are kept for the next key frame, alone or not", () => {
		const { frames, sizes } = through(
			[packet(1, 0, sps, false), packet(2, 0, pps, true), packet(3, 5, idr)],
			{ ...track, parameterSets: [] },
		);
		assert.deepEqual(shape(frames), [
			[
				[sps[0], 0, false],
				[pps[0], 1, false],
				[idr[0], 2, true],
			],
		]);
		assert.deepEqual(sizes, [sizeFromSps(sps)]);
	});

	test("nothing before the first key frame; nothing of other payload types", () => {
		const { frames } = through([
			packet(1, 0, slice),
			packet(2, 5, idr, true, 98),
			packet(3, 9, slice),
		]);
		assert.deepEqual(frames, []);
	});

	test("a lost packet costs the pictures up to the next key frame", () => {
		const { frames } = through([
			packet(0xffff, 0, idr),
			packet(0, 1, slice, false),
			packet(2, 1, slice),
			packet(3, 2, slice),
			packet(4, 3, idr),
			packet(4, 3, idr),
			packet(5, 4, slice),
		]);
		assert.deepEqual(
			frames.map(({ key }) => key),
			[true, true, false],
		);
		const numbers = frames.flatMap(({ packets }) =>
			packets.map((one) => one.readUInt16BE(2)),
		);
		assert.deepEqual(
			numbers,
			numbers.map((_, index) => index),
		);
	});

	test("a camera that forgets the marker, or counts anew", () => {
		const { frames } = through([
			packet(100, 0, idr, false),
			packet(101, 1, slice, false),
			packet(102, 2, slice, false),
			packet(40_000, 3, idr),
			packet(40_001, 4, idr),
		]);
		assert.deepEqual(
			frames.map(({ packets }) => packets.at(-1)?.readUInt32BE(4)),
			[0, 1, 4],
		);
	});

	test("an endless picture is none", () => {
		const endless = Array.from({ length: 30_000 }, (_, index) =>
			packet(index, 0, slice, false),
		);
		assert.deepEqual(through(endless).frames, []);
	});

	test("JPEG's size is in its header", () => {
		const jpeg = Buffer.from([0, 0, 0, 0, 1, 80, 40, 30, 1, 2]);
		const { frames, sizes } = through([packet(1, 0, jpeg)], {
			...track,
			encoding: "JPEG",
			parameterSets: [],
		});
		assert.equal(frames.length, 1);
		assert.deepEqual(sizes, [{ width: 320, height: 240 }]);
	});

	test("any octets do no harm", () => {
		let seed = 1;
		const random = () => {
			seed = (seed * 48_271) % 0x7fffffff;
			return seed;
		};
		for (const encoding of ["H264", "H265", "JPEG"] as const) {
			const rubbish = Array.from({ length: 3000 }, (_, index) => {
				const payload = Buffer.from(
					Array.from({ length: random() % 40 }, () => random() & 0xff),
				);
				const one = packet(index, index >> 2, payload, index % 4 === 3);
				one[0] = 0x80 | (random() & 0x3f);
				return one;
			});
			assert.doesNotThrow(() => through(rubbish, { ...track, encoding }));
		}
	});
});

describe("picture sizes", () => {
	test("what x264 really wrote", () => {
		const { description } = encode("H264");
		const sprop = /sprop-parameter-sets=([^,]+)/.exec(description.fmtp ?? "");
		assert.deepEqual(sizeFromSps(Buffer.from(sprop?.[1] ?? "", "base64")), {
			width: 320,
			height: 240,
		});
	});

	test("1080 lines are cropped from 1088", () => {
		const hd = Buffer.from("Z2QAKKzZQHgCJ+XARAAAAwAEAAADAPA8YMZY", "base64");
		assert.deepEqual(sizeFromSps(hd), { width: 1920, height: 1080 });
	});

	test("a broken parameter set has none", () => {
		assert.equal(sizeFromSps(Buffer.from([0x67])), undefined);
		assert.equal(sizeFromSps(Buffer.alloc(40)), undefined);
		assert.equal(sizeFromSps(sps.subarray(0, 6)), undefined);
	});
});
