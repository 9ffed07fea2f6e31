import assert from "node:assert/strict";
import test from "node:test";
import { Reception } from "../../src/rtp/reception.ts";
import { writeReceiverReport } from "../../src/rtp/rtcp.ts";
import { readRtcp } from "../../src/rtsp/rtcp-reader.ts";

function packet(sequenceNumber: number, timestamp: number, ssrc = 5): Buffer {
	const rtp = Buffer.alloc(13);
	rtp.writeUInt8(0x80);
	rtp.writeUInt16BE(sequenceNumber & 0xffff, 2);
	rtp.writeUInt32BE(timestamp >>> 0, 4);
	rtp.writeUInt32BE(ssrc, 8);
	return rtp;
}

test("nothing is said before anything came", () => {
	assert.equal(new Reception(8000).report(0), undefined);
});

test("losses are counted over the wrap, in all and since the report before", () => {
	const reception = new Reception(8000);
	for (let n = 0; n < 100; n++)
		if (n % 4 !== 3) reception.packet(packet(65_500 + n, n * 160), n * 20);
	const first = reception.report(2000);
	assert.equal(first?.cumulativeLost, 24);
	assert.equal(first?.highest, 65_500 + 98);
	assert.equal(Math.floor(first?.fractionLost ?? 0), 62);
	for (let n = 99; n < 149; n++)
		reception.packet(packet(65_500 + n, n * 160), n * 20);
	const second = reception.report(3000);
	assert.equal(second?.cumulativeLost, 24);
	assert.equal(second?.fractionLost, 0);
	assert.equal(second?.jitter, 0);
});

test("jitter is what arrival differs from the timestamps", () => {
	const reception = new Reception(8000);
	for (let n = 0; n < 400; n++)
		reception.packet(packet(n, n * 160), n * 20 + (n % 2) * 10);
	const jitter = reception.report(8000)?.jitter ?? 0;
	assert.ok(jitter >= 79 && jitter <= 80, `${jitter} ticks`);
});

test("another source begins anew, and so does a far jump", () => {
	const reception = new Reception(8000);
	reception.packet(packet(10, 0), 0);
	reception.packet(packet(20, 0, 6), 20);
	assert.deepEqual(
		[reception.report(20)?.ssrc, reception.report(20)?.cumulativeLost],
		[6, 0],
	);
	reception.packet(packet(20_000, 0, 6), 40);
	assert.equal(reception.report(40)?.cumulativeLost, 0);
});

test("a report is read as it was written, the way back to its sender included", () => {
	const reception = new Reception(8000);
	reception.packet(packet(1, 0), 0);
	reception.packet(packet(4, 480), 60);
	const ntp = [0xff12_34, 0x5678_0000] as const;
	reception.senderReport({ ssrc: 5, ntp, rtpTimestamp: 480 }, 1000);
	const block = reception.report(1500);
	assert.ok(block);
	assert.equal(block.sinceLastReport, 32_768);
	assert.equal(block.lastReport, 0x1234_5678);
	const read = readRtcp(writeReceiverReport(9, block, "name"), 5, 0);
	assert.equal(read?.reception?.cumulativeLost, 2);
	assert.equal(read?.reception?.fractionLost, 0.5);
});
