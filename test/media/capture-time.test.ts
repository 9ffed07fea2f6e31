import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutCaptureTime } from "../../src/media/rtp/capture-time.ts";

const now = Date.UTC(2026, 0, 1, 0, 0, 10);

/** An RTP packet of five octets behind a header extension of so many words. */
function packet(profile: number, words: number, takenAt: number): Buffer {
	const rtp = Buffer.alloc(12 + 4 + words * 4 + 5, 7);
	rtp.writeUInt8(0x90, 0);
	rtp.writeUInt8(0xe0, 1);
	rtp.writeUInt32BE(1234, 4);
	rtp.writeUInt16BE(profile, 12);
	rtp.writeUInt16BE(words, 14);
	if (words < 2) return rtp;
	const seconds = Math.floor(takenAt / 1000);
	rtp.writeUInt32BE((seconds + 2_208_988_800) >>> 0, 16);
	rtp.writeUInt32BE(((takenAt / 1000 - seconds) * 2 ** 32) >>> 0, 20);
	return rtp;
}

test("the time is read and its extension is gone", () => {
	const taken = withoutCaptureTime(packet(0xabac, 3, now - 21.5), now);
	assert.ok(Math.abs((taken.takenAt ?? 0) - (now - 21.5)) < 0.01);
	assert.equal(taken.packet.length, 12 + 5);
	assert.equal(taken.packet.readUInt16BE(0), 0x80e0);
	assert.equal(taken.packet.readUInt32BE(4), 1234);
	assert.deepEqual([...taken.packet.subarray(12)], [7, 7, 7, 7, 7]);
});

test("a time from before the clock was set counts for nothing", () => {
	for (const takenAt of [now - 3_600_000, now + 3_600_000, now + 1000]) {
		const taken = withoutCaptureTime(packet(0xabac, 3, takenAt), now);
		assert.equal(taken.takenAt, undefined);
		assert.equal(taken.packet.length, 12 + 5);
	}
});

test("other packets stay as they are", () => {
	const long = packet(0xabac, 3, now);
	long.writeUInt16BE(9999, 14);
	for (const rtp of [
		Buffer.alloc(0),
		Buffer.alloc(12, 0x80),
		packet(0xffd8, 3, now),
		packet(0xabac, 1, now),
		long,
	]) {
		const before = Buffer.from(rtp);
		const { packet: after, takenAt } = withoutCaptureTime(rtp, now);
		assert.deepEqual([after, takenAt], [before, undefined]);
	}
});
