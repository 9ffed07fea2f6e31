import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { ntpMiddle, writeSenderReport } from "../../src/rtp/rtcp.ts";
import { readRtcp } from "../../src/rtsp/rtcp-reader.ts";
import { RtspClient } from "../../src/rtsp-client/client.ts";
import {
	ReceiverReports,
	reportIntervalMs,
} from "../../src/rtsp-client/receiver-reports.ts";
import type { Transport } from "../../src/rtsp-client/transport.ts";
import { until } from "../helpers/media.ts";
import { startGstCamera, type ToldReport } from "../media/relay/gst-camera.ts";
import { FakeStream, makeFrame } from "../rtsp/fake-stream.ts";
import { startServer, users } from "../rtsp/start-server.ts";

/** Randomness that makes every interval the shortest that it may be. */
const shortest = (size: number) => Buffer.alloc(size);

test("the intervals are RFC 3550's: 5 s on average, the first half of that, none in step with others", () => {
	const times = (first: boolean) =>
		[0, 0.5, 1].map((random) => Math.round(reportIntervalMs(first, random)));
	assert.deepEqual(times(true), [1026, 2052, 3078]);
	assert.deepEqual(times(false), [2052, 4104, 6156]);
});

const sender = 0x00000001;

function rtp(sequenceNumber: number, timestamp: number): Buffer {
	const packet = Buffer.alloc(20);
	packet.writeUInt8(0x80);
	packet.writeUInt16BE(sequenceNumber, 2);
	packet.writeUInt32BE(timestamp, 4);
	packet.writeUInt32BE(sender, 8);
	return packet;
}

function reporting(random: (size: number) => Buffer) {
	let at = 0;
	const clock = { now: () => at, monotonic: () => at };
	const reports = new ReceiverReports({
		clock,
		random,
		cname: "cname",
		clockRate: 90_000,
	});
	return {
		reports,
		/** RTP at this time. */
		take(ms: number, ...packets: readonly Buffer[]) {
			at = ms;
			for (const packet of packets) reports.rtp(packet);
		},
		write(ms: number) {
			at = ms;
			return reports.write();
		},
	};
}

test("a report tells loss, jitter, and how long ago the sender's last report was", () => {
	const wallClock = Date.UTC(2026, 10, 22, 12, 0, 0, 250);
	const { reports, take, write } = reporting(shortest);
	take(0, rtp(10, 0), rtp(11, 0));
	reports.rtcp(
		writeSenderReport(
			{ ssrc: sender, now: wallClock, rtpTimestamp: 0, packets: 0, octets: 0 },
			"camera",
		),
	);
	take(100, rtp(14, 9000), Buffer.from("no RTP"), rtp(13, 9000));
	const report = write(600);
	assert.equal(readRtcp(report, sender, 0)?.reception?.cumulativeLost, 1);
	assert.equal(report.readUInt8(12), Math.floor(256 / 5));
	assert.equal(report.readUInt32BE(16), 14, "highest");
	assert.equal(report.readUInt32BE(24), ntpMiddle(wallClock));
	assert.equal(report.readUInt32BE(28), Math.round(0.6 * 65_536));
});

test("who sent nothing since the last report is not reported on, and is again when it sends", () => {
	const { take, write } = reporting(shortest);
	const blocks = (report: Buffer) => report.readUInt8(0) & 0x1f;
	assert.equal(blocks(write(0)), 0);
	take(10, rtp(1, 0));
	assert.equal(blocks(write(20)), 1);
	const empty = write(30);
	assert.equal(blocks(empty), 0);
	// RR of nobody, and SDES with the CNAME alone.
	assert.equal(empty.toString("latin1", 18, 23), "cname");
	assert.ok(readRtcp(empty, sender, 0), "well-formed");
	take(40, rtp(2, 0));
	assert.equal(blocks(write(50)), 1);
});

test("the sender's own name is given up for another", () => {
	const { take, write } = reporting((size) => {
		const octets = Buffer.alloc(size);
		octets.writeUInt32BE(sender, size - 4);
		return octets;
	});
	take(0, rtp(1, 0));
	assert.notEqual(write(10).readUInt32BE(4), sender);
});

async function playing(
	t: TestContext,
	url: string,
	transport: Transport,
): Promise<RtspClient> {
	const end = new AbortController();
	t.after(() => end.abort());
	const [user] = users;
	const client = await RtspClient.connect({
		url,
		login: { user: user?.name ?? "", password: user?.password ?? "" },
		random: shortest,
		signal: end.signal,
	});
	for (const media of client.description.media)
		await client.setup(media, transport, { rtp() {} });
	await client.play();
	return client;
}

describe("what servers hear", { concurrency: true }, () => {
	for (const transport of ["tcp", "udp"] as const)
		test(`over ${transport} our own server hears what of its packets arrived, and knows the way there and back`, async (t) => {
			const stream = new FakeStream();
			stream.backlog = [makeFrame({ key: true, payloads: [90, 90] })];
			const { server, url } = await startServer(t, {
				streams: { main: stream },
			});
			await playing(t, url, transport);
			const reception = () => server.viewers[0]?.tracks[0]?.reception;
			// Its numbers say that two are missing.
			stream.feed(makeFrame({ sequenceNumber: 5, rtpTimestamp: 9000 }));
			await until(() => reception()?.cumulativeLost === 2, "the loss");
			const { fractionLost = 0, roundTrip } = reception() ?? {};
			assert.ok(fractionLost >= 0.39 && fractionLost < 0.7, `${fractionLost}`);
			assert.ok(roundTrip !== undefined && roundTrip >= 0, `${roundTrip}`);
			stream.feed(makeFrame({ sequenceNumber: 6, rtpTimestamp: 18_000 }));
			await until(() => reception()?.fractionLost === 0, "a further report");
			assert.equal(reception()?.cumulativeLost, 2);
		});

	for (const transport of ["tcp", "udp"] as const)
		test(`over ${transport} GStreamer's RTSP server hears of picture and sound, from one name that says nothing of us`, async (t) => {
			const camera = await startGstCamera();
			t.after(() => camera.kill());
			const url = `rtsp://127.0.0.1:${camera.port}/pcma`;
			await playing(t, url, transport);
			const found = (track: number) =>
				camera
					.reports()
					// A report is told of before what stands behind it: the first has no name yet.
					.filter(({ cname }) => cname !== null)
					.find((one) => one.track === track && one.lastReport > 0);
			let told: readonly (ToldReport | undefined)[] = [];
			await until(() => {
				told = [found(0), found(1)];
				return !told.includes(undefined);
			}, "reports of both tracks that answer the server's own");
			for (const one of told) {
				assert.equal(one?.cname, shortest(12).toString("base64"));
				assert.deepEqual(one?.said, ["cname"]);
				assert.equal(one?.packetsLost, 0);
				assert.ok(one.roundTrip > 0, "the way there and back");
			}
		});
});
