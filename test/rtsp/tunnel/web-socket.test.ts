import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import fastify from "fastify";
import { createWebSocketStream, WebSocket } from "ws";
import type { RtspLimits } from "../../../src/rtsp/limits.ts";
import { serveRtspOverWebSocket } from "../../../src/rtsp/tunnel/web-socket-route.ts";
import { routeUpgrades } from "../../../src/system/http-upgrade.ts";
import { FakeStream, makeFrame } from "../fake-stream.ts";
import { MovedClock } from "../moved-clock.ts";
import { header, RtspClient } from "../rtsp-client.ts";
import { startServer, until } from "../start-server.ts";

const onvif = "rtsp.onvif.org";

async function setUp(t: TestContext, limits: Partial<RtspLimits> = {}) {
	const main = new FakeStream();
	main.backlog = [makeFrame({ key: true, sequenceNumber: 7 })];
	const clock = new MovedClock();
	const started = await startServer(t, { streams: { main }, limits, clock });
	const http = fastify({ forceCloseConnections: true });
	routeUpgrades(http, http.server);
	serveRtspOverWebSocket(http, (...stream) =>
		started.server.takeStream(...stream),
	);
	await http.listen({ port: 0, host: "127.0.0.1" });
	t.after(() => Promise.all([started.server.close(), http.close()]));
	const { port } = http.server.address() as AddressInfo;
	const address = `ws://127.0.0.1:${port}/rtsp-over-websocket`;
	const open = async (
		protocols: string | readonly string[] = onvif,
		options: { origin?: string } = {},
	) => {
		const socket = new WebSocket(address, [protocols].flat(), options);
		t.after(() => socket.terminate());
		const stream: Duplex = createWebSocketStream(socket);
		stream.on("error", () => {});
		stream.on("end", () => stream.destroy());
		await once(socket, "open");
		return { socket, client: new RtspClient(stream) };
	};
	return { ...started, main, clock, open, http: `http://127.0.0.1:${port}` };
}

test("a client watches over a WebSocket, its packets in binary messages", async (t) => {
	const { open, main, url, server } = await setUp(t);
	const { socket, client } = await open();
	assert.equal(socket.protocol, onvif);
	const kinds = new Set<boolean>();
	socket.on("message", (_data, isBinary) => kinds.add(isBinary));
	assert.equal((await client.request("OPTIONS", "*")).status, 200);
	assert.equal((await client.request("DESCRIBE", url)).status, 200);
	const udp = "RTP/AVP;unicast;client_port=5000-5001";
	const setup = await client.request("SETUP", `${url}/trackID=0`, {
		Transport: udp,
	});
	assert.equal(setup.status, 461);
	const Session = await client.play(url);
	main.feed(makeFrame());
	await until("packets", () => client.packets.length > 1);
	assert.equal(client.packets[0]?.channel, 0);
	const torn = await client.request("TEARDOWN", url, { Session });
	assert.equal(torn.status, 200);
	assert.deepEqual([...kinds], [true]);
	socket.close();
	await until("the server's view", () => server.connections === 0);
});

test("requests may be cut and joined by messages, and be text", async (t) => {
	const { open } = await setUp(t);
	const { socket, client } = await open();
	const request = (cseq: number) =>
		`OPTIONS * RTSP/1.0\r\nCSeq: ${cseq}\r\n\r\n`;
	for (const octet of request(1)) socket.send(octet);
	assert.equal(header(await client.response(), "cseq"), "1");
	socket.send(Buffer.from(request(2) + request(3) + request(4).slice(0, 9)));
	socket.send(request(4).slice(9));
	for (const cseq of ["2", "3", "4"])
		assert.equal(header(await client.response(), "cseq"), cseq);
});

test("the sub-protocol is ONVIF's where it is offered, and pages of other sites may come", async (t) => {
	const { open } = await setUp(t);
	for (const [offered, agreed] of [
		[["binary", onvif], onvif],
		["binary", "binary"],
	] as const) {
		const { socket } = await open(offered, { origin: "http://example.com" });
		assert.equal(socket.protocol, agreed);
	}
	const { client } = await open([]);
	assert.equal((await client.request("OPTIONS", "*")).status, 200);
});

test("nobody watches over a WebSocket without a login", async (t) => {
	const { open, url } = await setUp(t);
	const { client } = await open();
	client.login = undefined;
	assert.equal((await client.request("DESCRIBE", url)).status, 401);
	client.login = { user: "admin", password: "wrong" };
	assert.equal((await client.request("DESCRIBE", url)).status, 401);
});

test("an ordinary request is told what the address is, another version what is spoken", async (t) => {
	const { http } = await setUp(t);
	const answer = await fetch(`${http}/rtsp-over-websocket`);
	assert.equal(answer.status, 426);
	assert.equal(answer.headers.get("upgrade"), "websocket");
});

test("silence ends it, as do malformed requests and messages too long", async (t) => {
	const { open, clock, server, logged } = await setUp(t);
	const silent = await open();
	await until("the server's view", () => server.connections === 1);
	clock.moved += 21_000;
	await until("the silent one's end", () => silent.client.closed);
	const wrong = await open();
	wrong.client.raw("HELLO\r\n\r\n");
	assert.equal((await wrong.client.response()).status, 400);
	await until("its end", () => wrong.client.closed);
	const long = await open();
	long.socket.send(Buffer.alloc(100_000));
	const [code] = await once(long.socket, "close");
	assert.equal(code, 1009);
	await until("all are forgotten", () => server.connections === 0);
	assert.equal(logged.filter(({ fields }) => fields?.status === 400).length, 1);
});

test("without a place it is closed with 1013, and the next finds one", async (t) => {
	const { open, url, server } = await setUp(t, { connectionsPerAddress: 1 });
	const first = await open();
	assert.equal((await first.client.request("DESCRIBE", url)).status, 200);
	const second = await open();
	const [code] = await once(second.socket, "close");
	assert.equal(code, 1013);
	first.socket.terminate();
	await until("a place", () => server.connections === 0);
	const third = await open();
	assert.equal((await third.client.request("OPTIONS", "*")).status, 200);
});

test("a viewer that stops reading gets nothing more until it reads, others all", async (t) => {
	const { open, main, url } = await setUp(t, {
		queueBytes: 100_000,
		resumeBytes: 1000,
	});
	const slow = await open();
	const quick = await open();
	for (const { client } of [slow, quick]) await client.play(url);
	slow.client.socket.pause();
	const before = quick.client.packets.length;
	let fed = 0;
	const feeding = setInterval(() => {
		main.feed(makeFrame({ key: fed % 10 === 0 }));
		fed++;
	}, 1);
	t.after(() => clearInterval(feeding));
	await until("300 frames", () => fed >= 300);
	clearInterval(feeding);
	await until(
		"the quick one's",
		() => quick.client.packets.length >= before + 300,
	);
	slow.client.socket.resume();
	assert.equal((await slow.client.request("OPTIONS", "*")).status, 200);
});

test("close says BYE and ends it", async (t) => {
	const { open, main, url, server } = await setUp(t);
	const { client } = await open();
	await client.play(url);
	await server.close();
	await until("its end", () => client.closed);
	assert.equal(main.viewers, 0);
	const last = client.packets.at(-1);
	assert.equal(last?.data.readUInt8(last.data.length - 7), 203, "BYE");
});
