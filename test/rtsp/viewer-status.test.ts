import assert from "node:assert/strict";
import { test } from "node:test";
import { ntpMiddle } from "../../src/rtp/rtcp.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { RtspClient } from "./rtsp-client.ts";
import { startServer, until } from "./start-server.ts";

/** In the frame of channel 1: 12 of 256 packets lost, 3 in all, jitter 900, a sender report half a second ago. */
function receiverReport(lastReport: number): Buffer {
	const packet = Buffer.alloc(36);
	packet.set([0x24, 1, 0, 32, 0x81, 201, 0, 7], 0);
	packet.writeUInt32BE(0xcafe1234, 12);
	packet.writeUInt8(12, 16);
	packet.writeIntBE(3, 17, 3);
	packet.writeUInt32BE(900, 24);
	packet.writeUInt32BE(lastReport, 28);
	packet.writeUInt32BE(32_768, 32);
	return packet;
}

test("the server tells who watches, and what they report of it", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true, payloads: [900, 900] })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
	});
	assert.equal(server.viewers.length, 0);
	const client = await RtspClient.connect(t, port);
	const Session = await client.play(url);
	const { localPort } = client.socket;
	await until("a sender report", () =>
		client.packets.some(({ channel }) => channel === 1),
	);
	const track = {
		media: "video",
		transport: "TCP",
		packets: 2,
		octets: 1800,
		framesDropped: 0,
	};
	const [before] = server.viewers;
	assert.deepEqual(before, {
		carriage: "RTSP",
		since: before?.since,
		client: `127.0.0.1:${localPort}`,
		user: "admin",
		profile: "main",
		playing: true,
		tracks: [{ ...track, reception: undefined }],
	});
	client.raw(receiverReport(ntpMiddle(Date.now() - 2000)));
	await until("the report", () =>
		server.viewers.some(({ tracks }) => tracks[0]?.reception),
	);
	const [viewer] = server.viewers;
	const { reception, ...rest } = viewer?.tracks[0] ?? assert.fail();
	assert.deepEqual(rest, track);
	assert.ok(reception);
	const { roundTrip = 0, ...told } = reception;
	assert.deepEqual(told, {
		fractionLost: 12 / 256,
		cumulativeLost: 3,
		jitter: 900,
	});
	assert.ok(roundTrip >= 1490, `${roundTrip} ms`);
	assert.equal(before?.tracks[0]?.reception, undefined, "what was told stays");
	await client.request("PAUSE", url, { Session });
	assert.equal(server.viewers[0]?.playing, false);
	await client.request("TEARDOWN", url, { Session });
	assert.equal(server.viewers.length, 0);
});
