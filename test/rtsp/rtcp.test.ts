import assert from "node:assert/strict";
import test from "node:test";
import { ntpMiddle, ntpTime, writeSenderReport } from "../../src/rtp/rtcp.ts";
import { readRtcp } from "../../src/rtsp/rtcp-reader.ts";

const now = Date.UTC(2026, 0, 1, 0, 0, 0, 500);
const report = {
	ssrc: 0xcafe1234,
	now,
	rtpTimestamp: 0xfedcba98,
	packets: 2 ** 32 + 5,
	octets: 4711,
};

test("a sender report with its CNAME, octet by octet", () => {
	const packet = writeSenderReport(report, "abcdefgh");
	const [seconds, fraction] = ntpTime(now);
	assert.equal(seconds, now / 1000 + 2208988800 - 0.5);
	assert.equal(fraction, 2 ** 31);
	const hex = (n: number) => n.toString(16).padStart(8, "0");
	assert.equal(
		packet.toString("hex"),
		`80c80006cafe1234${hex(seconds)}${hex(fraction)}fedcba9800000005${hex(4711)}` +
			`81ca0004cafe1234010861626364656667680000`,
	);
});

test("a BYE follows at the end", () => {
	const packet = writeSenderReport(report, "x", true);
	assert.equal(packet.length % 4, 0);
	assert.equal(packet.toString("hex", packet.length - 8), "81cb0001cafe1234");
});

/** A receiver report of one block, with its RTCP header's parts to be spoilt. */
function receiverReport(spoil: (packet: Buffer) => void = () => {}): Buffer {
	const packet = Buffer.alloc(32);
	packet.set([0x81, 201, 0, 7], 0);
	packet.writeUInt32BE(1, 4);
	packet.writeUInt32BE(0xcafe1234, 8);
	packet.writeUInt8(64, 12);
	packet.writeIntBE(-2, 13, 3);
	packet.writeUInt32BE(900, 20);
	packet.writeUInt32BE((ntpMiddle(now) - 65536) >>> 0, 24);
	packet.writeUInt32BE(32768, 28);
	spoil(packet);
	return packet;
}

test("a receiver report is loss, jitter and the round trip", () => {
	const read = readRtcp(receiverReport(), 0xcafe1234, now);
	assert.deepEqual(read, {
		reception: {
			fractionLost: 0.25,
			cumulativeLost: -2,
			jitter: 900,
			roundTrip: 500,
		},
		wantsKeyFrame: false,
	});
});

test("reports on others, and before any sender report, say less", () => {
	assert.equal(readRtcp(receiverReport(), 5, now)?.reception, undefined);
	const early = receiverReport((p) => p.writeUInt32BE(0, 24));
	const { reception } = readRtcp(early, 0xcafe1234, now) ?? {};
	assert.equal(reception?.roundTrip, undefined);
	assert.equal(reception?.jitter, 900);
});

test("picture loss and full intra requests ask for a key frame", () => {
	for (const format of [1, 4]) {
		const feedback = Buffer.alloc(12);
		feedback.set([0x80 | format, 206, 0, 2], 0);
		const compound = Buffer.concat([receiverReport(), feedback]);
		assert.equal(readRtcp(compound, 1, now)?.wantsKeyFrame, true);
	}
});

const spoilt: readonly [what: string, packet: Buffer][] = [
	["nothing", Buffer.alloc(0)],
	["four octets", Buffer.from([0x80, 201, 0, 0])],
	["version 1", receiverReport((p) => p.writeUInt8(0x41, 0))],
	["another type", receiverReport((p) => p.writeUInt8(96, 1))],
	["a length beyond the end", receiverReport((p) => p.writeUInt16BE(8, 2))],
	["more blocks than fit", receiverReport((p) => p.writeUInt8(0x9f, 0))],
	["a tail", Buffer.concat([receiverReport(), Buffer.from([1, 2, 3])])],
];
for (const [what, packet] of spoilt)
	test(`${what} is no RTCP`, () => {
		assert.equal(readRtcp(packet, 0xcafe1234, now), undefined);
	});
