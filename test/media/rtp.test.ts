import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { H264Format } from "../../src/media/formats/h264.ts";
import { FrameAssembler } from "../../src/media/frame-assembler.ts";
import { GopCache } from "../../src/media/gop-cache.ts";
import { Deframer } from "../../src/media/rtp/deframer.ts";
import { AccessUnit } from "../../src/media/rtp/h264.ts";

const h264 = new H264Format({
	width: 320,
	height: 240,
	frameRate: 25,
	bitrateKbit: undefined,
});

function packet(
	payload: readonly number[],
	{ marker = true, timestamp = 1000 } = {},
): Buffer {
	const header = Buffer.alloc(12);
	header.writeUInt8(0x80, 0);
	header.writeUInt8((marker ? 0x80 : 0) | 96, 1);
	header.writeUInt32BE(timestamp, 4);
	return Buffer.concat([header, Buffer.from(payload)]);
}

describe("RFC 4571 framing", () => {
	const packets = [
		packet([1, 2, 3]),
		packet([]),
		packet(Array.from({ length: 300 }, (_, i) => i & 255)),
	];
	const bytes = Buffer.concat(
		packets.flatMap((one) => [
			Buffer.from([one.length >> 8, one.length & 255]),
			one,
		]),
	);
	for (const size of [1, 2, 3, 13, 100, bytes.length])
		test(`in chunks of ${size}`, () => {
			const seen: Buffer[] = [];
			const deframer = new Deframer((one) => seen.push(Buffer.from(one)));
			for (let at = 0; at < bytes.length; at += size)
				deframer.push(bytes.subarray(at, at + size));
			assert.deepEqual(seen, packets);
		});
});

describe("H.264 access units (RFC 6184)", () => {
	const cases: [string, number[], boolean, boolean][] = [
		["a slice", [0x61, 0x00], false, false],
		["an IDR slice", [0x65, 0x88], true, false],
		["the first part of an IDR slice", [0x7c, 0x85, 0x88], true, false],
		["a middle part of an IDR slice", [0x7c, 0x05, 0x88], true, false],
		["a part of another slice", [0x7c, 0x81, 0x88], false, false],
		[
			"parameter sets in one packet",
			[0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xce],
			false,
			true,
		],
		[
			"an aggregate that lies about its length",
			[0x78, 0xff, 0xff, 0x67, 0x42],
			false,
			false,
		],
		["an aggregate of nothing", [0x78, 0, 0, 0, 0], false, false],
		["nothing", [], false, false],
	];
	for (const [name, payload, key, sets] of cases)
		test(name, () => {
			const unit = new AccessUnit();
			unit.add(packet(payload));
			assert.equal(unit.key, key);
			assert.equal(unit.sps !== undefined && unit.pps !== undefined, sets);
		});
});

describe("frames", () => {
	test("carry their own numbers over encoder restarts, behind an interleaved header each", () => {
		const assembler = new FrameAssembler(0xabcd, 0xffff);
		assert.equal(
			assembler.add(packet([0x65, 1], { marker: false }), h264, () => 5000),
			undefined,
		);
		const first = assembler.add(packet([0x65, 2]), h264, () => 5000);
		assert.ok(first);
		assert.deepEqual(
			[first.sequenceNumber, first.rtpTimestamp, first.key],
			[0xffff, 5000, true],
		);
		assert.deepEqual(first.packets, [4, 22]);
		assert.equal(first.interleaved.readUInt32BE(18), 0x2400_000e);
		assert.equal(first.interleaved.readUInt16BE(22 + 2), 0, "wraps");
		assert.equal(first.interleaved.readUInt32BE(22 + 8), 0xabcd);
		assert.equal(first.payloadOctets, 4);
		assembler.add(packet([0x61], { marker: false }), h264, () => 0);
		assembler.restart();
		const second = assembler.add(
			packet([0x61, 0], { timestamp: 77 }),
			h264,
			() => 9000,
		);
		assert.deepEqual(
			[second?.sequenceNumber, second?.rtpTimestamp, second?.key],
			[1, 9000, false],
		);
		const third = assembler.add(
			packet([0x61, 0], { timestamp: 77 + 6000 }),
			h264,
			() => 0,
		);
		assert.equal(
			third?.rtpTimestamp,
			15_000,
			"from then on the encoder's own timestamps count",
		);
	});

	test("no two frames share a timestamp, and none goes back", () => {
		const assembler = new FrameAssembler(1, 1);
		const at = (timestamp: number, streamTime: number) =>
			assembler.add(packet([0x61, 0], { timestamp }), h264, () => streamTime)
				?.rtpTimestamp;
		assert.equal(at(100, 0xffff_fffe), 0xffff_fffe);
		assert.equal(at(100, 0), 0xffff_ffff, "arrived together");
		assert.equal(at(6100, 0), 5998);
		assembler.restart();
		assert.equal(at(7, 5000), 5999, "the old one had run ahead of the clock");
		assert.equal(at(6007, 0), 11_000);
	});

	test("what is no RTP is ignored", () => {
		const assembler = new FrameAssembler(1, 1);
		for (const bytes of [Buffer.alloc(0), Buffer.alloc(12), Buffer.alloc(40)])
			assert.equal(
				assembler.add(bytes, h264, () => 0),
				undefined,
			);
	});

	test("a group of pictures is kept from its key frame on, and not beyond its bound", () => {
		const frame = (key: boolean, octets: number) => ({
			interleaved: Buffer.alloc(octets),
			packets: [4],
			key,
			rtpTimestamp: 0,
			sequenceNumber: 0,
			payloadOctets: octets,
		});
		const cache = new GopCache(100);
		cache.add(frame(false, 10));
		assert.equal(cache.frames().length, 0);
		for (const key of [true, false, false]) cache.add(frame(key, 30));
		assert.equal(cache.frames().length, 3);
		cache.add(frame(false, 30));
		assert.equal(
			cache.frames().length,
			0,
			"too much: better nothing than half of it",
		);
		cache.add(frame(false, 1));
		assert.equal(cache.frames().length, 0);
	});
});
