import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { Groups } from "../../src/media/send/groups.ts";
import type { GroupAddress } from "../../src/media/types.ts";
import { systemClock } from "../../src/system/clock.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { header, RtspClient } from "./rtsp-client.ts";
import { type Started, startServer, until } from "./start-server.ts";

/**
 * Each test its own, so that they may run beside each other and beside those of other files; above what the kernel and
 * ffmpeg choose from, whose sockets would hear every group at their port.
 */
let last = 0;
function freeGroup(): GroupAddress {
	last++;
	const port = 61_000 + 4 * ((process.pid + 97 * last) % 400);
	return { address: `239.255.80.${last}`, port, ttl: 2 };
}

interface Multicasting extends Started {
	readonly stream: FakeStream;
	readonly group: GroupAddress;
	readonly groups: Groups;
}

async function start(t: TestContext): Promise<Multicasting> {
	const stream = new FakeStream();
	const group = freeGroup();
	const groups = new Groups(systemClock);
	const loopback = {
		name: "lo",
		index: 1,
		mac: "00:00:00:00:00:00",
		mtu: 65_536,
		loopback: true,
		up: true,
		addresses: [{ address: "127.0.0.1", family: 4, prefixLength: 8 } as const],
	};
	const started = await startServer(t, {
		streams: { main: [{ media: "video", stream, group }] },
		multicast: { groups, network: { interfaces: () => [loopback] } },
	});
	return { ...started, stream, group, groups };
}

/** What comes to a group by the loopback. */
async function hear(
	t: TestContext,
	{ address, port }: GroupAddress,
): Promise<Buffer[]> {
	const socket: Socket = createSocket({ type: "udp4", reuseAddr: true });
	t.after(() => socket.close());
	const listening = once(socket, "listening");
	socket.bind(port, address);
	await listening;
	socket.addMembership(address, "127.0.0.1");
	const packets: Buffer[] = [];
	socket.on("message", (packet) => packets.push(packet));
	return packets;
}

const multicast = "RTP/AVP;multicast";

test("several viewers share what is sent once, until the last one leaves", async (t) => {
	const { port, url, stream, group, groups } = await start(t);
	const heard = await hear(t, group);
	const reports = await hear(t, { ...group, port: group.port + 1 });
	const one = await RtspClient.connect(t, port);
	const described = await one.request("DESCRIBE", `${url}?multicast`);
	assert.match(
		described.body,
		new RegExp(
			`m=video ${group.port} RTP/AVP 96\r\nc=IN IP4 ${group.address}/2`,
		),
	);
	const setup = await one.request("SETUP", `${url}/trackID=0`, {
		Transport: multicast,
	});
	assert.equal(
		header(setup, "transport"),
		`RTP/AVP;multicast;destination=${group.address};source=127.0.0.1;port=${group.port}-${group.port + 1};ttl=2;ssrc=CAFE1234`,
	);
	assert.equal(stream.viewers, 0);
	const first = header(setup, "session").split(";")[0] ?? "";
	await one.request("PLAY", url, { Session: first });
	await until("it is sent", () => stream.viewers === 1);
	const two = await RtspClient.connect(t, port);
	const second = await two.play(url, multicast);
	assert.equal(groups.size, 1);
	stream.feed(makeFrame({ key: false, sequenceNumber: 6 }));
	stream.feed(makeFrame({ key: true, sequenceNumber: 7, payloads: [9, 9] }));
	await until("packets", () => heard.length >= 2 && reports.length > 0);
	assert.deepEqual(
		heard.map((packet) => packet.readUInt16BE(2)),
		[7, 8],
	);
	assert.equal(stream.viewers, 1);
	await one.request("TEARDOWN", url, { Session: first });
	stream.feed(makeFrame({ sequenceNumber: 9 }));
	await until("it goes on for the other", () => heard.length === 3);
	const requests = stream.keyFrameRequests;
	await two.request("PAUSE", url, { Session: second });
	assert.equal(stream.viewers, 0);
	await two.request("PLAY", url, { Session: second });
	await until("it is sent again", () => stream.viewers === 1);
	assert.ok(stream.keyFrameRequests > requests);
	await two.request("TEARDOWN", url, { Session: second });
	assert.equal(stream.viewers, 0);
	assert.equal(groups.size, 0);
	const bye = reports.at(-1) ?? Buffer.alloc(8);
	assert.equal(bye.readUInt8(bye.length - 7), 203);
});

test("a client may choose group and port, and not how far packets go", async (t) => {
	const { port, url, stream } = await start(t);
	const chosen = freeGroup();
	const heard = await hear(t, chosen);
	const client = await RtspClient.connect(t, port);
	const setup = await client.request("SETUP", `${url}/trackID=0`, {
		Transport: `${multicast};destination=${chosen.address};port=${chosen.port}-${chosen.port + 1};ttl=255`,
	});
	const transport = header(setup, "transport");
	assert.match(transport, new RegExp(`;destination=${chosen.address};`));
	assert.match(transport, new RegExp(`;port=${chosen.port}-`));
	assert.match(transport, /;ttl=2;/);
	const Session = header(setup, "session").split(";")[0] ?? "";
	await client.request("PLAY", url, { Session });
	await until("it is sent", () => stream.viewers === 1);
	stream.feed(makeFrame({ key: true }));
	await until("a packet", () => heard.length === 1);
});

test("what StartMulticastStreaming began goes on without viewers", async (t) => {
	const { port, url, stream, group, groups } = await start(t);
	const via = { name: "lo", address4: "127.0.0.1" };
	const track = { media: "video", stream } as const;
	const lease = await groups.lease(track, group, via, {
		end() {},
		failed: (error) => assert.fail(error),
	});
	lease.start();
	const client = await RtspClient.connect(t, port);
	const session = await client.play(url, multicast);
	assert.equal(stream.viewers, 1);
	assert.equal(groups.size, 1);
	await client.request("TEARDOWN", url, { Session: session });
	assert.equal(stream.viewers, 1);
	lease.release();
	lease.release();
	assert.equal(stream.viewers, 0);
	assert.equal(groups.size, 0);
});

test("a viewer whose connection is gone, and a stream that ends, take their parts along", async (t) => {
	const { port, url, stream, groups, server } = await start(t);
	const one = await RtspClient.connect(t, port);
	await one.play(url, multicast);
	await until("it is sent", () => stream.viewers === 1);
	stream.end("the configuration was removed");
	await until("nothing is left", () => groups.size === 0);
	assert.equal(server.sessions, 0);
});

test("where no groups are sent to, and to what is no group, multicast is refused", async (t) => {
	const { port, url } = await start(t);
	const client = await RtspClient.connect(t, port);
	for (const destination of ["192.0.2.1", "127.0.0.1", "example.org", "::1"]) {
		const { status } = await client.request("SETUP", `${url}/trackID=0`, {
			Transport: `${multicast};destination=${destination};port=6000-6001`,
		});
		assert.equal(status, 461, destination);
	}
});
