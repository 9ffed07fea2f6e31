import assert from "node:assert/strict";
import { test } from "node:test";
import { aacConfigOf, aacUnits } from "../../../src/outputs/push/rtmp/aac.ts";
import { rtmpAddress } from "../../../src/outputs/push/rtmp/address.ts";
import { amf0, readAmf0 } from "../../../src/outputs/push/rtmp/amf0.ts";
import { ChunkReader } from "../../../src/outputs/push/rtmp/chunk-reader.ts";
import { chunks } from "../../../src/outputs/push/rtmp/chunk-writer.ts";
import type { RtmpMessage } from "../../../src/outputs/push/rtmp/message.ts";
import { RtmpTimeline } from "../../../src/outputs/push/rtmp/timeline.ts";
import { frameOf } from "../../rtsp/fake-stream.ts";

test("addresses: application, key, ports", () => {
	assert.deepEqual(rtmpAddress("rtmp://live.example/app/key"), {
		...{ host: "live.example", port: 1935, tls: false, app: "app" },
		...{ key: "key", tcUrl: "rtmp://live.example/app" },
	});
	assert.deepEqual(rtmpAddress("rtmps://[::1]:4443/a/b/key?x=1&y=/2"), {
		...{ host: "::1", port: 4443, tls: true, app: "a/b" },
		...{ key: "key?x=1&y=/2", tcUrl: "rtmps://[::1]:4443/a/b" },
	});
	assert.equal(rtmpAddress("rtmps://live.example/app/key")?.port, 443);
	for (const wrong of [
		"rtmp://live.example/app",
		"rtmp://live.example/app/",
		"rtmp:///app/key",
		"rtmp://ann:secret@live.example/app/key",
		"http://live.example/app/key",
		"rtmp",
	])
		assert.equal(rtmpAddress(wrong), undefined, wrong);
});

test("AMF: there and back; what is broken is refused", () => {
	const values = [
		...["word", 1.5, true, false, null, undefined],
		{ name: "größer", inner: { deep: -1 } },
	];
	assert.deepEqual(readAmf0(amf0(...values)), values);
	const whole = amf0(...values);
	for (let length = 1; length < whole.length; length++) {
		const part = whole.subarray(0, length);
		try {
			readAmf0(part);
		} catch (error) {
			assert.ok(error instanceof RangeError);
		}
	}
	// An ECMA array, as servers give `data`.
	assert.deepEqual(
		readAmf0(Buffer.from("08000000010001610500000 9".replace(" ", ""), "hex")),
		[{ a: null }],
	);
	assert.throws(() => readAmf0(Buffer.of(0x11)), RangeError);
	const nested = Buffer.concat(
		Array.from({ length: 50 }, () => Buffer.from("03000161", "hex")),
	);
	assert.throws(() => readAmf0(nested), /too deep/);
});

function read(...parts: readonly Buffer[]): RtmpMessage[] {
	const messages: RtmpMessage[] = [];
	const reader = new ChunkReader((message) => messages.push(message));
	for (const part of parts) reader.push(part);
	return messages;
}

test("chunks: there and back, octet by octet, late timestamps too", () => {
	for (const timestamp of [0, 0xfffffe, 0xffffff, 0xffffffff])
		for (const length of [0, 1, 128, 129, 1000]) {
			const message = {
				...{ type: 20, streamId: 1, timestamp },
				payload: Buffer.alloc(length, length & 0xff),
			};
			const octets = chunks(3, message, 128);
			assert.deepEqual(read(octets), [message]);
			const single = [...octets].map((octet) => Buffer.of(octet));
			assert.deepEqual(read(...single), [message]);
		}
});

test("chunks: short headers, several streams at a time, another size", () => {
	const setSize = Buffer.from("02000000000004010000000000000004", "hex");
	// "abcdef" over 3 in chunks of four, "x" over 65 between; then the same of 3 again, 5 ms on.
	const messages = read(
		setSize,
		Buffer.from("0300000a00000614010000006162 6364".replace(" ", ""), "hex"),
		Buffer.from("000100000b00000114020000 0078".replace(" ", ""), "hex"),
		Buffer.from("c36566", "hex"),
		Buffer.from("8300000561626364c36566", "hex"),
		Buffer.from("c361626364c36566", "hex"),
	).slice(1);
	assert.deepEqual(
		messages.map(({ timestamp, streamId, payload }) => [
			timestamp,
			streamId,
			payload.toString(),
		]),
		[
			[11, 2, "x"],
			[10, 1, "abcdef"],
			[15, 1, "abcdef"],
			[20, 1, "abcdef"],
		],
	);
});

test("chunks: what is no RTMP is refused, however it comes", () => {
	// A first chunk without a header.
	assert.throws(() => read(Buffer.from("c3", "hex")), /no RTMP/);
	// Another message before the one is whole.
	const start = Buffer.from(
		`03000000000100140100 0000`.replace(" ", ""),
		"hex",
	);
	assert.throws(
		() => read(start, Buffer.alloc(128), start),
		/breaks off a message/,
	);
	let seed = 7;
	const random = () => {
		seed = (seed * 1103515245 + 12345) & 0x7fffffff;
		return seed >> 16;
	};
	for (let round = 0; round < 500; round++) {
		const noise = Buffer.from(Array.from({ length: 200 }, random));
		try {
			read(noise);
		} catch (error) {
			assert.equal(error instanceof Error && error.name, "RtmpError");
		}
	}
});

test("times: from any origin, over the end of 32 bits, never back", () => {
	const time = new RtmpTimeline(0xffffff00, 90_000);
	assert.equal(time.at(0xffffff00), 0);
	assert.equal(time.at((0xffffff00 + 90_000) >>> 0), 1000);
	assert.equal(time.at((0xffffff00 + 45_000) >>> 0), 1000);
	assert.equal(time.at((0xffffff00 + 180_000) >>> 0), 2000);
	assert.equal(new RtmpTimeline(90_000, 90_000).at(0), 0);
});

test("AAC: its configuration, and the units of a packet", () => {
	const description = {
		media: "audio" as const,
		...{ payloadType: 97, clockRate: 16_000, channels: 1 },
		...{ encodingName: "MPEG4-GENERIC", bitrateKbit: 32 },
	};
	const fmtp = "streamtype=5; mode=AAC-hbr; config=1408; sizeLength=13";
	const config = aacConfigOf({ ...description, fmtp });
	assert.equal(config?.toString("hex"), "1408");
	for (const [encodingName, other] of [
		["PCMU", fmtp],
		["MPEG4-GENERIC", "mode=AAC-lbr;config=1408"],
		["MPEG4-GENERIC", "mode=AAC-hbr"],
	] as const)
		assert.equal(
			aacConfigOf({ ...description, encodingName, fmtp: other }),
			undefined,
		);
	const units = (payload: string) => {
		const packet = Buffer.concat([
			Buffer.from("80e100000000000000000000", "hex"),
			Buffer.from(payload, "hex"),
		]);
		return aacUnits(frameOf([packet], true)).map((unit) =>
			unit.toString("hex"),
		);
	};
	assert.deepEqual(units("001000106162"), ["6162"]);
	assert.deepEqual(units("00200010000861 6263".replace(" ", "")), [
		"6162",
		"63",
	]);
	for (const broken of ["", "0010", "ffff0010", "00100ff86162", "001000006162"])
		assert.deepEqual(units(broken), [], broken);
});
