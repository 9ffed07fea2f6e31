import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import test from "node:test";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { MovedClock } from "./moved-clock.ts";
import { header, RtspClient } from "./rtsp-client.ts";
import { startServer, until } from "./start-server.ts";

for (const [what, bytes, status] of [
	["garbage", "\x16\x03\x01\x02\x00\x01\r\n\r\n", 400],
	["HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400],
	["RTSP 2.0", "OPTIONS * RTSP/2.0\r\nCSeq: 3\r\n\r\n", 505],
	[
		"a body of a terabyte",
		"OPTIONS * RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 1099511627776\r\n\r\n",
		413,
	],
	["an endless head", `OPTIONS * RTSP/1.0\r\n${"A: b\r\n".repeat(5000)}`, 413],
] as const)
	test(`${what} is answered with ${status}, logged once, and the connection closed`, async (t) => {
		const { port, logged, server } = await startServer(t, { streams: {} });
		const client = await RtspClient.connect(t, port);
		client.raw(Buffer.from(bytes, "latin1"));
		assert.equal((await client.response()).status, status);
		await until("the connection's end", () => client.closed);
		assert.equal(logged.length, 1);
		assert.equal(logged[0]?.fields?.status, status);
		await until("the server's view", () => server.connections === 0);
	});

test("connections are bounded for each address: who says nothing gives way", async (t) => {
	const { port, server, logged } = await startServer(t, {
		streams: {},
		limits: { connectionsPerAddress: 3 },
	});
	const clients: RtspClient[] = [];
	for (let i = 0; i < 50; i++) {
		clients.push(await RtspClient.connect(t, port));
		await until("the limit", () => server.connections <= 3);
	}
	await until("47 gone", () => clients.filter((c) => c.closed).length === 47);
	assert.equal(server.connections, 3);
	assert.deepEqual(
		clients.slice(-3).map(({ closed }) => closed),
		[false, false, false],
	);
	const last = clients.at(-1) ?? assert.fail();
	assert.equal((await last.request("OPTIONS", "*")).status, 200);
	assert.equal(logged.length, 0);
});

for (const limits of [{ connectionsPerAddress: 3 }, { connections: 3 }])
	test(`nobody who has logged in gives way: the next gets 503 (${Object.keys(limits)})`, async (t) => {
		const { port, url, server, logged } = await startServer(t, {
			streams: { main: new FakeStream() },
			limits,
		});
		const watching: RtspClient[] = [];
		for (let i = 0; i < 3; i++) {
			const client = await RtspClient.connect(t, port);
			assert.equal((await client.request("DESCRIBE", url)).status, 200);
			watching.push(client);
		}
		const late = await RtspClient.connect(t, port);
		assert.equal((await late.response()).status, 503);
		await until("its end", () => late.closed);
		assert.equal(logged.at(-1)?.message, "RTSP connection refused: too many");
		for (const client of watching)
			assert.equal((await client.request("OPTIONS", "*")).status, 200);
		watching[0]?.socket.destroy();
		await until("a free place", () => server.connections === 2);
		const next = await RtspClient.connect(t, port);
		assert.equal((await next.request("OPTIONS", "*")).status, 200);
	});

test("2,000 connections that say nothing keep nobody from watching", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
	});
	const viewer = await RtspClient.connect(t, port);
	await viewer.play(url);
	for (let round = 0; round < 20; round++) {
		const silent = await Promise.all(
			Array.from({ length: 100 }, () => RtspClient.connect(t, port)),
		);
		const client = await RtspClient.connect(t, port);
		assert.equal((await client.request("DESCRIBE", url)).status, 200);
		for (const one of [...silent, client]) one.socket.destroy();
	}
	stream.feed(makeFrame());
	await until("a packet", () => viewer.packets.length > 2);
	assert.equal(stream.viewers, 1);
	await until("their end", () => server.connections === 1);
});

test("packets on channels that nobody set up, and ones too long, mean nothing", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const client = await RtspClient.connect(t, port);
	const Session = await client.play(url);
	for (const [channel, length] of [
		[0, 12],
		[2, 100],
		[255, 65_535],
		[7, 0],
	] as const) {
		const packet = Buffer.alloc(4 + length, 0x24);
		packet.set([0x24, channel, length >> 8, length & 255]);
		client.raw(packet);
	}
	const answer = await client.request("OPTIONS", url, { Session });
	assert.equal(answer.status, 200);
	assert.equal(stream.viewers, 1);
});

test("who says nothing, and who never finishes a request, is closed", async (t) => {
	const clock = new MovedClock();
	const limits = { anonymousSeconds: 60 };
	const { port, server } = await startServer(t, { streams: {}, clock, limits });
	const silent = await RtspClient.connect(t, port);
	const drip = await RtspClient.connect(t, port);
	await until("both", () => server.connections === 2);
	drip.raw("OPTIONS * RTSP/1.0\r\nCSe");
	// Once per octet: progress must not count.
	clock.moved += 9_000;
	drip.raw("q");
	await until("drip", () => drip.socket.bytesWritten === 24);
	assert.equal(silent.closed || drip.closed, false);
	const dripping = setInterval(() => drip.raw("1"), 10);
	t.after(() => clearInterval(dripping));
	await until("the slow one's end", () => {
		clock.moved += 100;
		return drip.closed;
	});
	assert.equal(drip.responses[0]?.status, 408);
	assert.equal(silent.closed, false);
	clock.moved += 61_000;
	await until("the silent one's end", () => silent.closed);
});

test("every request keeps a session alive; silence ends it and its connection", async (t) => {
	const clock = new MovedClock();
	const stream = new FakeStream();
	const { port, url, server, logged } = await startServer(t, {
		streams: { main: stream },
		clock,
	});
	const client = await RtspClient.connect(t, port);
	const setup = await client.request("SETUP", url, {
		Transport: "RTP/AVP/TCP;unicast",
	});
	const Session = header(setup, "session");
	for (const method of [
		"OPTIONS",
		"GET_PARAMETER",
		"SET_PARAMETER",
		"PAUSE",
		"OPTIONS",
	]) {
		clock.moved += 50_000;
		assert.equal((await client.request(method, url, { Session })).status, 200);
	}
	// An interleaved receiver report does too.
	clock.moved += 50_000;
	const report = Buffer.alloc(12);
	report.set([0x24, 1, 0, 8, 0x80, 201, 0, 1]);
	client.raw(report);
	await client.request("OPTIONS", url);
	clock.moved += 50_000;
	await client.request("OPTIONS", url);
	assert.equal(server.sessions, 1);
	clock.moved += 61_000;
	await until("the session's end", () => client.closed);
	assert.equal(server.sessions, 0);
	assert.ok(
		logged.some((l) => l.fields?.reason === "nothing heard within its timeout"),
	);
});

test("sessions are bounded in all and for each connection", async (t) => {
	const { port, url, server } = await startServer(t, {
		streams: { main: new FakeStream() },
		limits: { sessions: 3, sessionsPerConnection: 2 },
	});
	const Transport = "RTP/AVP/TCP;unicast";
	const [one, two] = [
		await RtspClient.connect(t, port),
		await RtspClient.connect(t, port),
	];
	const statuses: number[] = [];
	for (const client of [one, one, one, two, two])
		statuses.push((await client.request("SETUP", url, { Transport })).status);
	assert.deepEqual(statuses, [200, 200, 453, 200, 453]);
	const used = one.responses.map((r) => header(r, "transport")).join();
	assert.match(used, /interleaved=0-1;.*interleaved=2-3;/);
	one.socket.destroy();
	await until("one's sessions' end", () => server.sessions === 1);
});

test("200 clients join and leave, half of them abruptly: nothing is left", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
	});
	let count = 0;
	const feeding = setInterval(() => stream.feed(makeFrame()), 2);
	t.after(() => clearInterval(feeding));
	// Held by this test: packets to ports that are nobody's may be somebody else's.
	const ports = async () => {
		const pair = [createSocket("udp4"), createSocket("udp4")];
		t.after(() => pair.map((socket) => socket.close()));
		for (const socket of pair) {
			const listening = once(socket, "listening");
			socket.bind(0, "127.0.0.1");
			await listening;
		}
		return pair.map((socket) => socket.address().port).join("-");
	};
	const session = async (clientPorts: string): Promise<void> => {
		const number = count++;
		if (number >= 200) return;
		const client = await RtspClient.connect(t, port);
		const udp = number % 4 >= 2;
		const Session = await client.play(
			url,
			udp
				? `RTP/AVP;unicast;client_port=${clientPorts}`
				: "RTP/AVP/TCP;unicast;interleaved=0-1",
		);
		// Over UDP an abrupt leave is only seen by the timeout.
		if (number % 2 === 0 || udp)
			await client.request("TEARDOWN", url, { Session });
		client.socket.resetAndDestroy();
		return session(clientPorts);
	};
	await Promise.all(
		Array.from({ length: 5 }, async () => session(await ports())),
	);
	await until("everybody's end", () => server.connections === 0);
	assert.equal(server.sessions, 0);
	assert.equal(stream.viewers, 0);
});

test("a stream that ends says BYE and closes the connection", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
	});
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	stream.end("its profile was removed");
	await until("the connection's end", () => client.closed);
	const last = client.packets.at(-1) ?? assert.fail();
	assert.equal(last.channel, 1);
	assert.equal(last.data.readUInt8(last.data.length - 7), 203);
	assert.equal(server.sessions, 0);
});

test("close ends sessions and connections; a taken port is told", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
	});
	const other = await startServer(t, { streams: {} });
	await assert.rejects(other.server.listen(port, "127.0.0.1"), {
		code: "EADDRINUSE",
	});
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	await server.close();
	assert.equal(stream.viewers, 0);
	assert.equal(server.connections, 0);
	await until("the connection's end", () => client.closed);
});
