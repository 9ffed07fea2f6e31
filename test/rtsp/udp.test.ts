import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import test, { type TestContext } from "node:test";
import type { RtspServer } from "../../src/rtsp/server.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { MovedClock } from "./moved-clock.ts";
import { header, RtspClient } from "./rtsp-client.ts";
import { loopbacks, startServer, until } from "./start-server.ts";

interface Receiver {
	readonly socket: Socket;
	readonly port: number;
	readonly got: { readonly data: Buffer; readonly from: RemoteInfo }[];
}

async function receiver(t: TestContext, host = "127.0.0.1"): Promise<Receiver> {
	const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
	const got: Receiver["got"] = [];
	socket.on("message", (data, from) => got.push({ data, from }));
	socket.bind(0, host);
	await once(socket, "listening");
	t.after(() => socket.close());
	return { socket, port: socket.address().port, got };
}

function receiverReport(lost = 0): Buffer {
	const packet = Buffer.alloc(32);
	packet.set([0x81, 201, 0, 7], 0);
	packet.writeUInt32BE(0xcafe1234, 8);
	packet.writeIntBE(lost, 13, 3);
	return packet;
}

/** As a receiver report told it last. */
const lostOf = ({ viewers }: RtspServer) =>
	viewers
		.map(({ tracks }) => tracks[0]?.reception?.cumulativeLost)
		.findLast((lost) => lost !== undefined);

const hasBye = ({ rtcp }: { readonly rtcp: Receiver }) =>
	rtcp.got.some(
		({ data }) =>
			data.length > 8 && data.readUInt32BE(data.length - 8) === 0x81cb0001,
	);

for (const host of loopbacks)
	test(`RTP and RTCP come from an even and an odd port of ${host}`, async (t) => {
		const stream = new FakeStream();
		stream.backlog = [makeFrame({ key: true, payloads: [900, 900] })];
		const { port, url, server } = await startServer(t, {
			streams: { main: stream },
			host,
		});
		const client = await RtspClient.connect(t, port, host);
		const [rtp, rtcp] = [await receiver(t, host), await receiver(t, host)];
		const Session = await client.play(
			url,
			`RTP/AVP;unicast;client_port=${rtp.port}-${rtcp.port};destination=192.0.2.1`,
		);
		const transport = client.responses
			.map((response) => header(response, "transport"))
			.find((text) => text !== "");
		const ports = /server_port=(\d+)-(\d+);ssrc=CAFE1234$/.exec(
			transport ?? "",
		);
		const [even, odd] = [Number(ports?.[1]), Number(ports?.[2])];
		assert.equal(even % 2, 0);
		assert.equal(odd, even + 1);
		assert.doesNotMatch(transport ?? "", /destination/);
		await until("two packets and a report", () => {
			return rtp.got.length === 2 && rtcp.got.length === 1;
		});
		assert.ok(rtp.got.every((p) => p.from.port === even));
		assert.ok(rtp.got.every((p) => p.from.address === host));
		assert.ok(rtcp.got.every((p) => p.from.port === odd));
		const report = rtcp.got[0]?.data ?? assert.fail();
		assert.equal(report.readUInt8(1), 200);
		assert.equal(report.readUInt32BE(20), 2);
		assert.equal(report.readUInt32BE(24), 1800);
		assert.equal(
			(await client.request("TEARDOWN", url, { Session })).status,
			200,
		);
		await until("BYE", () => rtcp.got.length === 2);
		const bye = rtcp.got[1]?.data ?? assert.fail();
		assert.equal(bye.readUInt8(bye.length - 7), 203);
		assert.equal(server.sessions, 0);
		const sockets = () =>
			process.getActiveResourcesInfo().filter((name) => name === "UDPWrap");
		await until(
			"the ports are closed with the last session: ours are left",
			() => sockets().length === 2,
		);
	});

test("receiver reports of the viewer alone keep its session, which outlives its connection", async (t) => {
	const clock = new MovedClock();
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
		clock,
	});
	const client = await RtspClient.connect(t, port);
	const [rtp, rtcp] = [await receiver(t), await receiver(t)];
	const Session = await client.play(
		url,
		`RTP/AVP;unicast;client_port=${rtp.port}-${rtcp.port}`,
	);
	await until("a report", () => rtcp.got.length > 0);
	const odd = rtcp.got[0]?.from.port ?? 0;
	client.socket.destroy();
	await until("the connection's end", () => server.connections === 0);
	// Two timeouts.
	for (let lost = 1; lost <= 12; lost++) {
		clock.moved += 10_000;
		rtcp.socket.send(receiverReport(lost), odd, "127.0.0.1");
		await until("it is read", () => lostOf(server) === lost);
	}
	assert.equal(server.sessions, 1);
	// Another connection of the same user may go on with it; another user may not.
	const other = await RtspClient.connect(t, port);
	other.login = { user: "viewer", password: "look" };
	assert.equal((await other.request("PAUSE", url, { Session })).status, 454);
	const second = await RtspClient.connect(t, port);
	assert.equal((await second.request("PLAY", url, { Session })).status, 200);
	// Reports from elsewhere do not count.
	await until("the session's end", () => {
		clock.moved += 100;
		rtp.socket.send(receiverReport(), odd, "127.0.0.1");
		return server.sessions === 0;
	});
	assert.equal(stream.viewers, 0);
});

test("a viewer whose port is closed does not disturb the others", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const reports = [await receiver(t), await receiver(t)];
	const there = await receiver(t);
	const first = await RtspClient.connect(t, port);
	await first.play(url, `RTP/AVP;client_port=9-${reports[0]?.port}`);
	const second = await RtspClient.connect(t, port);
	const ports = `${there.port}-${reports[1]?.port}`;
	await second.play(url, `RTP/AVP;client_port=${ports}`);
	for (let i = 2; i < 50; i++) stream.feed(makeFrame({ sequenceNumber: i }));
	await until("all packets", () => there.got.length === 49);
});

test("a large group of pictures arrives whole, in order and paced", async (t) => {
	const stream = new FakeStream();
	let sequenceNumber = 65000;
	stream.backlog = Array.from({ length: 20 }, (_, index) => {
		const frame = makeFrame({
			key: index === 0,
			sequenceNumber,
			rtpTimestamp: index * 3600,
			payloads: Array.from({ length: 40 }, () => 1300),
		});
		sequenceNumber = (sequenceNumber + 40) & 0xffff;
		return frame;
	});
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const client = await RtspClient.connect(t, port);
	const [rtp, rtcp] = [await receiver(t), await receiver(t)];
	await client.play(url, `RTP/AVP;client_port=${rtp.port}-${rtcp.port}`);
	stream.feed(makeFrame({ sequenceNumber, rtpTimestamp: 72000 }));
	await until("801 packets", () => rtp.got.length === 801);
	rtp.got.forEach(({ data }, index) => {
		assert.equal(data.readUInt16BE(2), (65000 + index) & 0xffff);
	});
});

test("a client that comes back on its old ports displaces its old session, and gets no BYE for it", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
	});
	const [rtp, rtcp] = [await receiver(t), await receiver(t)];
	const transport = `RTP/AVP;client_port=${rtp.port}-${rtcp.port}`;
	const byes = () =>
		rtcp.got.filter(({ data }) => data.readUInt8(data.length - 7) === 203);
	let Session = "";
	let last = await RtspClient.connect(t, port);
	for (let i = 0; i < 3; i++) {
		last.socket.destroy();
		last = await RtspClient.connect(t, port);
		Session = await last.play(url, transport);
	}
	assert.equal(server.sessions, 1);
	assert.equal(stream.viewers, 1);
	await last.request("TEARDOWN", url, { Session });
	await until("a BYE", () => byes().length > 0);
	assert.equal(byes().length, 1);
	assert.ok(rtcp.got.at(-1) === byes()[0]);
});

test("packets come from the address that the client connected to, also on a socket for both families", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port } = await startServer(t, {
		streams: { main: stream },
		host: "::ffff:127.0.0.2",
	});
	const client = await RtspClient.connect(t, port, "127.0.0.2");
	const [rtp, rtcp] = [
		await receiver(t, client.socket.localAddress),
		await receiver(t, client.socket.localAddress),
	];
	const url = `rtsp://127.0.0.2:${port}/main`;
	const { body } = await client.request("DESCRIBE", url);
	assert.match(body, /^o=.* IN IP4 127\.0\.0\.2\r$/m);
	await client.play(url, `RTP/AVP;client_port=${rtp.port}-${rtcp.port}`);
	await until("a packet", () => rtp.got.length > 0);
	assert.equal(rtp.got[0]?.from.address, "127.0.0.2");
});

test("a viewer over UDP that vanished with its connection is given up after seconds, one who stays connected is not", async (t) => {
	const clock = new MovedClock();
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
		clock,
		limits: { sweepMilliseconds: 10, idleSeconds: 1000 },
	});
	const watch = async () => {
		const client = await RtspClient.connect(t, port);
		const [rtp, rtcp] = [await receiver(t), await receiver(t)];
		const ports = `${rtp.port}-${rtcp.port}`;
		await client.play(url, `RTP/AVP;unicast;client_port=${ports}`);
		await until("a report", () => rtcp.got.length > 0);
		return { client, rtcp, server: rtcp.got[0]?.from.port ?? 0 };
	};
	const [stays, vanishes, reports] = [
		await watch(),
		await watch(),
		await watch(),
	];
	for (const { client } of [vanishes, reports]) client.socket.destroy();
	await until("the connections' end", () => server.connections === 1);
	assert.equal(server.sessions, 3);
	const report = (lost: number) => {
		const packet = receiverReport(lost);
		reports.rtcp.socket.send(packet, reports.server, "127.0.0.1");
		return until("it is read", () => lostOf(server) === lost);
	};
	clock.moved += 8_000;
	await report(1);
	clock.moved += 5_000;
	await until("the session's end", () => server.sessions === 2);
	for (let lost = 2; lost < 8; lost++) {
		clock.moved += 6_000;
		await report(lost);
	}
	await until("some sweeps", () => server.connections === 1);
	assert.equal(server.sessions, 2);
	await server.close();
	await until("BYE", () => [stays, reports].every(hasBye));
	// Somebody else may have its ports by then.
	assert.equal(hasBye(vanishes), false);
});

test("who is silent for too long after its connection was gone gets no BYE either", async (t) => {
	const clock = new MovedClock();
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
		clock,
	});
	const client = await RtspClient.connect(t, port);
	const [rtp, rtcp] = [await receiver(t), await receiver(t)];
	const ports = `${rtp.port}-${rtcp.port}`;
	await client.play(url, `RTP/AVP;unicast;client_port=${ports}`);
	await until("a report", () => rtcp.got.length > 0);
	client.socket.destroy();
	await until("the connection's end", () => server.connections === 0);
	const odd = rtcp.got[0]?.from.port ?? 0;
	rtcp.socket.send(receiverReport(), odd, "127.0.0.1");
	await until("it is read", () => lostOf(server) === 0);
	clock.moved += 13_000;
	await until("the session's end", () => server.sessions === 0);
	rtp.socket.send("what comes after it", rtcp.port, "127.0.0.1");
	await until("that", () => rtcp.got.at(-1)?.from.port === rtp.port);
	assert.equal(hasBye({ rtcp }), false);
});
