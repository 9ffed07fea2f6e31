import assert from "node:assert/strict";
import test from "node:test";
import { patienceMs } from "../helpers/patience.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { MovedClock } from "./moved-clock.ts";
import { header, RtspClient } from "./rtsp-client.ts";
import { startServer, until } from "./start-server.ts";

const gop = (first: number, count: number) =>
	Array.from({ length: count }, (_, index) =>
		makeFrame({
			key: index === 0,
			sequenceNumber: first + index,
			rtpTimestamp: (first + index) * 3600,
		}),
	);

function rtp(client: RtspClient) {
	return client.packets
		.filter(({ channel }) => channel === 0)
		.map(({ data }) => data);
}

test("the backlog comes first, a millisecond apart, and live frames follow at their own times", async (t) => {
	const stream = new FakeStream();
	stream.backlog = gop(10, 3);
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	const info = header(client.responses.at(-1) ?? assert.fail(), "rtp-info");
	assert.match(info, new RegExp(`;seq=10;rtptime=${12 * 3600 - 180}$`));
	stream.feed(makeFrame({ sequenceNumber: 13, rtpTimestamp: 13 * 3600 }));
	await until("four packets", () => rtp(client).length === 4);
	assert.deepEqual(
		rtp(client).map((p) => [p.readUInt16BE(2), p.readUInt32BE(4)]),
		[
			[10, 12 * 3600 - 180],
			[11, 12 * 3600 - 90],
			[12, 12 * 3600],
			[13, 13 * 3600],
		],
	);
});

test("back from PAUSE a viewer gets what it has not had, and nothing twice", async (t) => {
	const stream = new FakeStream();
	stream.backlog = gop(10, 3);
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const client = await RtspClient.connect(t, port);
	const Session = await client.play(url);
	await client.request("PAUSE", url, { Session });
	// The same group of pictures, two frames on.
	stream.backlog = gop(10, 5);
	await client.request("PLAY", url, { Session });
	await client.request("PAUSE", url, { Session });
	// Nothing new at all.
	const soon = await client.request("PLAY", url, { Session });
	assert.match(header(soon, "rtp-info"), /;seq=15;/);
	assert.equal(stream.keyFrameRequests, 0);
	await client.request("PAUSE", url, { Session });
	stream.backlog = gop(20, 2);
	const play = await client.request("PLAY", url, { Session });
	assert.match(header(play, "rtp-info"), /;seq=20;/);
	await until("seven packets", () => rtp(client).length === 7);
	assert.deepEqual(
		rtp(client).map((p) => p.readUInt16BE(2)),
		[10, 11, 12, 13, 14, 20, 21],
	);
	const times = rtp(client).map((p) => p.readUInt32BE(4));
	assert.deepEqual(
		times,
		times.toSorted((a, b) => a - b),
	);
});

test("sender reports come with the first packet and every five seconds", async (t) => {
	const clock = new MovedClock();
	const stream = new FakeStream();
	stream.backlog = gop(0, 2);
	const { port, url } = await startServer(t, {
		streams: { main: stream },
		clock,
	});
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	const reports = () => client.packets.filter(({ channel }) => channel === 1);
	await until("the first", () => reports().length === 1);
	assert.equal(client.packets.at(-1)?.channel, 1);
	stream.feed(makeFrame({ payloads: [100, 50] }));
	for (let count = 2; count < 5; count++) {
		clock.moved += 5_000;
		await until("the next", () => reports().length === count);
	}
	const { data } = reports().at(-1) ?? assert.fail();
	const shown = [0, 4].map((at) => data.readUInt32BE(20 + at));
	assert.deepEqual(shown, [4, 350]);
	const wall = (data.readUInt32BE(8) - 2208988800) * 1000;
	assert.ok(Math.abs(wall - Date.now()) < patienceMs);
	assert.equal(data.readUInt32BE(4), stream.ssrc);
	// The clocks agree to a tick's rounding.
	const exact = wall + (data.readUInt32BE(12) / 2 ** 32) * 1000;
	const off = (stream.rtpTimestampAt(exact) - data.readUInt32BE(16)) | 0;
	assert.ok(Math.abs(off) <= 1, String(off));
});

test("a viewer's picture loss indication asks for a key frame", async (t) => {
	const stream = new FakeStream();
	stream.backlog = gop(0, 1);
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	const packet = Buffer.alloc(24);
	packet.set([0x24, 1, 0, 20, 0x80, 201, 0, 1]);
	packet.set([0x81, 206, 0, 2], 12);
	client.raw(packet);
	await until("the request", () => stream.keyFrameRequests === 1);
});
