import assert from "node:assert/strict";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Frame } from "../../src/media/types.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { MovedClock } from "./moved-clock.ts";
import { RtspClient } from "./rtsp-client.ts";
import { startServer, until } from "./start-server.ts";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

/** Octets of buffers that are in use. */
function bufferOctets(): number {
	gc();
	return process.memoryUsage().arrayBuffers;
}

/** Frames of 60 kB, every tenth a key frame. */
class Feed {
	count = 0;
	#sequenceNumber = 0;
	next(): Frame {
		const frame = makeFrame({
			key: this.count % 10 === 0,
			sequenceNumber: this.#sequenceNumber,
			rtpTimestamp: this.count * 3600,
			payloads: Array.from({ length: 50 }, () => 1200),
		});
		this.count++;
		this.#sequenceNumber = (this.#sequenceNumber + 50) & 0xffff;
		return frame;
	}
}

function timestamps(client: RtspClient): number[] {
	const seen = client.packets
		.filter(({ channel }) => channel % 2 === 0)
		.map(({ data }) => data.readUInt32BE(4));
	return seen.filter((time, index) => time !== seen[index - 1]);
}

const packetsOf = ({ packets }: RtspClient) =>
	packets.filter(({ channel }) => channel % 2 === 0).length;

test("a viewer who stops reading loses frames up to a key frame; the others lose nothing, and memory stays", async (t) => {
	const stream = new FakeStream();
	const feed = new Feed();
	stream.backlog = [feed.next()];
	const { port, url, server, logged } = await startServer(t, {
		streams: { main: stream },
		clock: new MovedClock(),
	});
	const fast = await RtspClient.connect(t, port);
	const odd = await RtspClient.connect(t, port);
	const slow = await RtspClient.connect(t, port);
	await fast.play(url);
	await odd.play(url, "RTP/AVP/TCP;unicast;interleaved=6-7");
	const Session = await slow.play(url);
	slow.socket.pause();
	const before = bufferOctets();
	// 60 MB: far more than the kernel's buffers and the bound take.
	for (let i = 0; i < 1000; i++) {
		stream.feed(feed.next());
		// Far below the bound, so that they are never behind themselves.
		if (i % 5 === 4)
			await until("the fast viewers", () =>
				[fast, odd].every((one) => packetsOf(one) === 50 * feed.count),
			);
		if (i % 100 === 99)
			// What was seen need not be kept whole.
			for (const { packets } of [fast, odd])
				for (const packet of packets)
					packet.data = Buffer.from(packet.data.subarray(0, 12));
	}
	for (const client of [fast, odd])
		assert.equal(timestamps(client).length, feed.count);
	// Node frees buffers some time after their collection.
	await until("memory as before", () => bufferOctets() - before < 8e6);
	assert.ok(odd.packets.every(({ channel }) => channel === 6 || channel === 7));
	slow.socket.resume();
	let live = 0;
	await until("the slow viewer is live again", () => {
		stream.feed(feed.next());
		live = (feed.count - 1) * 3600;
		return timestamps(slow).at(-1) === live - 3600;
	});
	const seen = timestamps(slow);
	assert.ok(seen.length < feed.count - 300, "frames were dropped");
	seen.forEach((time, index) => {
		const previous = seen[index - 1];
		if (previous === undefined || time === previous + 3600) return;
		assert.equal((time / 3600) % 10, 0, "it goes on with a key frame");
	});
	// Its connection works as before.
	assert.equal(
		(await slow.request("GET_PARAMETER", url, { Session })).status,
		200,
	);
	assert.equal((await slow.request("TEARDOWN", url, { Session })).status, 200);
	const ended = logged.find(({ fields }) => fields?.reason === "TEARDOWN");
	assert.ok(Number(ended?.fields?.framesDropped) > 300);
	assert.equal(server.sessions, 2);
});

test("a viewer who reads nothing for the session's timeout is closed; one who only reads stays", async (t) => {
	const stream = new FakeStream();
	const feed = new Feed();
	stream.backlog = [feed.next()];
	const clock = new MovedClock();
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
		clock,
		sessionTimeout: 10,
	});
	const reader = await RtspClient.connect(t, port);
	const stuck = await RtspClient.connect(t, port);
	await reader.play(url);
	await stuck.play(url);
	stuck.socket.pause();
	const timer = setInterval(() => stream.feed(feed.next()), 5);
	t.after(() => clearInterval(timer));
	let seen = 0;
	await until("the stuck viewer's end", () => {
		// Time goes on as long as the other one reads.
		if (packetsOf(reader) > seen + 100) clock.moved += 100;
		else return false;
		seen = packetsOf(reader);
		return server.connections === 1;
	});
	assert.equal(server.sessions, 1);
	assert.equal(reader.closed, false);
	assert.equal(stream.viewers, 1);
});

test("a backlog larger than the bound is delivered whole", async (t) => {
	const stream = new FakeStream();
	const feed = new Feed();
	stream.backlog = Array.from({ length: 10 }, () => feed.next());
	const { port, url } = await startServer(t, {
		streams: { main: stream },
		limits: { queueBytes: 100_000 },
	});
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	await until("500 packets", () => client.packets.length >= 500);
	const seen = timestamps(client);
	// A millisecond apart, and the last one real.
	const last = 9 * 3600;
	assert.deepEqual(
		seen,
		Array.from({ length: 10 }, (_, i) => last - (9 - i) * 90),
	);
	assert.equal(stream.backlog[0]?.interleaved.readUInt32BE(8), 0);
});
