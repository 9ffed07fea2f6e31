import assert from "node:assert/strict";
import test from "node:test";
import { FakeStream, makeFrame } from "../fake-stream.ts";
import { MovedClock } from "../moved-clock.ts";
import { header } from "../rtsp-client.ts";
import { startServer, until } from "../start-server.ts";
import {
	inLines,
	inPieces,
	openHalf,
	openTunnel,
	plainly,
	posted,
} from "./tunnel-client.ts";

const opened =
	/^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*Content-Type: application\/x-rtsp-tunnelled\r\n\r\n$/;

function stream(): FakeStream {
	const made = new FakeStream();
	made.backlog = [makeFrame({ key: true, sequenceNumber: 7 })];
	return made;
}

for (const [how, encoding] of Object.entries({ plainly, inLines, inPieces }))
	test(`a client watches in a tunnel, its base64 written ${how}`, async (t) => {
		const main = stream();
		const { port, url, server } = await startServer(t, { streams: { main } });
		const client = await openTunnel(t, port, { encoding });
		assert.match(client.socket.get.text, opened);
		assert.equal((await client.request("OPTIONS", "*")).status, 200);
		const described = await client.request("DESCRIBE", url);
		assert.equal(described.status, 200);
		const Session = await client.play(url);
		assert.equal(main.viewers, 1);
		main.feed(makeFrame());
		await until("packets", () => client.packets.length > 1);
		assert.equal(client.packets[0]?.channel, 0);
		const torn = await client.request("TEARDOWN", url, { Session });
		assert.equal(torn.status, 200);
		assert.equal(main.viewers, 0);
		assert.equal(client.socket.post.text, "", "POST is never answered");
		client.socket.get.socket.destroy();
		await until("the POST's end", () => client.socket.post.closed);
		await until("the server's view", () => server.connections === 0);
	});

test("nobody watches in a tunnel without a login", async (t) => {
	const { port, url } = await startServer(t, { streams: { main: stream() } });
	const client = await openTunnel(t, port);
	client.login = { user: "admin", password: "wrong" };
	assert.equal((await client.request("DESCRIBE", url)).status, 401);
	client.login = undefined;
	assert.equal((await client.request("DESCRIBE", url)).status, 401);
});

test("packets go through the tunnel, whatever else the client offers", async (t) => {
	const { port, url } = await startServer(t, { streams: { main: stream() } });
	const client = await openTunnel(t, port);
	const udp = "RTP/AVP;unicast;client_port=5000-5001";
	const setup = (Transport: string) =>
		client.request("SETUP", `${url}/trackID=0`, { Transport });
	assert.equal((await setup(udp)).status, 461);
	const both = await setup(`${udp},RTP/AVP/TCP;unicast;interleaved=2-3`);
	assert.match(header(both, "transport"), /interleaved=2-3/);
});

test("a POST that was closed is followed by the next, also within a request", async (t) => {
	const main = stream();
	const { port, url } = await startServer(t, { streams: { main } });
	const client = await openTunnel(t, port);
	const Session = await client.play(url);
	for (let i = 0; i < 3; i++) {
		const before = client.socket.post;
		before.socket.end(
			Buffer.from("OPTIONS * RTSP/1.0\r\nCS").toString("base64"),
		);
		client.socket.post = await openHalf(t, port, "POST", "abc123", posted);
		client.raw("eq: 77\r\n\r\n");
		assert.equal(header(await client.response(), "cseq"), "77");
		assert.equal(main.viewers, 1);
	}
	assert.equal(
		(await client.request("TEARDOWN", url, { Session })).status,
		200,
	);
});

test("a POST whose end got lost gives way to the next", async (t) => {
	const clock = new MovedClock();
	const { port } = await startServer(t, { streams: {}, clock });
	const client = await openTunnel(t, port);
	await client.request("OPTIONS", "*");
	const before = client.socket.post;
	client.socket.post = await openHalf(t, port, "POST", "abc123", posted);
	const answered = client.request("OPTIONS", "*");
	const moving = setInterval(() => {
		clock.moved += 100;
	}, 10);
	t.after(() => clearInterval(moving));
	assert.equal((await answered).status, 200);
	await until("the first one's end", () => before.closed);
});

test("the length that a POST claims means nothing", async (t) => {
	const { port } = await startServer(t, { streams: {} });
	for (const length of ["0", "1", "99999999999999999999", "-1", "much"]) {
		const client = await openTunnel(t, port, {
			cookie: `length${length}`,
			headers: [`Content-Length: ${length}`],
		});
		for (let i = 0; i < 3; i++)
			assert.equal((await client.request("OPTIONS", "*")).status, 200, length);
	}
	const client = await openTunnel(t, port, { headers: [] });
	const long = { "X-Filler": "x".repeat(6000) };
	for (let sent = 0; sent < 40_000; sent += 8000)
		assert.equal((await client.request("OPTIONS", "*", long)).status, 200);
});

test("a POST may come before its GET", async (t) => {
	const { port } = await startServer(t, { streams: {} });
	const post = await openHalf(t, port, "POST", "early", posted);
	post.write(
		Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n").toString("base64"),
	);
	const get = await openHalf(t, port, "GET", "early");
	await until("an answer", () => /RTSP\/1\.0 200 OK\r\nCSeq: 5/.test(get.text));
});

test("half a tunnel is closed after a while: POST with 404, GET with its end", async (t) => {
	const clock = new MovedClock();
	const { port, server, logged } = await startServer(t, { streams: {}, clock });
	const post = await openHalf(t, port, "POST", "alone", posted);
	const get = await openHalf(t, port, "GET", "other");
	await until(
		"both to be known",
		() => get.status === 200 && server.connections === 1,
	);
	clock.moved += 9_000;
	assert.equal(post.closed || get.closed, false);
	clock.moved += 2_000;
	await until("the POST's end", () => post.closed);
	assert.equal(post.status, 404);
	assert.equal(get.closed, false);
	clock.moved += 10_000;
	await until("the GET's end", () => get.closed);
	await until("the server's view", () => server.connections === 0);
	assert.deepEqual(
		logged.map(({ fields }) => fields?.status),
		[404],
	);
});

test("a cookie serves one GET at a time", async (t) => {
	const { port } = await startServer(t, { streams: {} });
	const client = await openTunnel(t, port, { cookie: "same" });
	const second = await openHalf(t, port, "GET", "same");
	await until("the second one's end", () => second.closed);
	assert.equal(second.status, 409);
	assert.equal((await client.request("OPTIONS", "*")).status, 200);
	client.socket.get.socket.destroy();
	await until("the POST's end", () => client.socket.post.closed);
	const third = await openHalf(t, port, "GET", "same");
	await until("an answer", () => third.status === 200);
});

test("what is no base64 ends the tunnel with 400, what comes in chunks with 501", async (t) => {
	const { port, server } = await startServer(t, { streams: {} });
	const client = await openTunnel(t, port);
	await client.request("OPTIONS", "*");
	client.socket.post.write("OPTIONS * RTSP/1.0\r\n");
	await until("the POST's end", () => client.socket.post.closed);
	assert.equal(client.socket.post.status, 400);
	await until("the GET's end", () => client.closed);
	const chunked = await openHalf(t, port, "POST", "abc123", [
		"Transfer-Encoding: chunked",
	]);
	await until("the end", () => chunked.closed);
	assert.equal(chunked.status, 501);
	await until("the server's view", () => server.connections === 0);
});

test("malformed RTSP in a tunnel is answered and closes it", async (t) => {
	const { port } = await startServer(t, { streams: {} });
	const client = await openTunnel(t, port);
	client.raw("GET / HTTP/1.1\r\nx-sessioncookie: inner\r\n\r\n");
	assert.equal((await client.response()).status, 400);
	await until("its end", () => client.closed && client.socket.post.closed);
});

test("connections that have become tunnels count as two", async (t) => {
	const { port, url, server } = await startServer(t, {
		streams: { main: stream() },
		limits: { connectionsPerAddress: 4 },
	});
	const one = await openTunnel(t, port, { cookie: "one" });
	const two = await openTunnel(t, port, { cookie: "two" });
	for (const client of [one, two])
		assert.equal((await client.request("OPTIONS", "*")).status, 200);
	assert.equal(server.connections, 2);
	for (const client of [one, two])
		assert.equal((await client.request("DESCRIBE", url)).status, 200);
	const late = await openHalf(t, port, "GET", "late");
	await until("it is turned away", () => late.closed);
	assert.match(late.text, /^RTSP\/1\.0 503 /);
	one.socket.get.socket.destroy();
	await until("a free place", () => server.connections === 1);
	await until("both halves' end", () => one.socket.post.closed);
	const next = await openHalf(t, port, "GET", "next");
	await until("an answer", () => next.status === 200);
});

test("in a tunnel too, extensions are refused and strange packets and bodies do no harm", async (t) => {
	const main = stream();
	const { port, url } = await startServer(t, { streams: { main } });
	const client = await openTunnel(t, port);
	const Session = await client.play(url);
	const refused = await client.request("SETUP", `${url}/trackID=0`, {
		Require: "a.strange.extension",
	});
	assert.equal(refused.status, 551);
	assert.equal(header(refused, "unsupported"), "a.strange.extension");
	client.raw(Buffer.from([0x24, 77, 0, 3, 1, 2, 3]));
	const alive = await client.request("GET_PARAMETER", url, { Session });
	assert.equal(alive.status, 200);
	client.raw(
		"OPTIONS * RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 99999999999\r\n\r\n",
	);
	assert.equal((await client.response()).status, 413);
	await until("its end", () => client.closed && client.socket.post.closed);
	assert.equal(main.viewers, 0);
});

test("a session that falls silent in a tunnel ends after its timeout, and the tunnel with it", async (t) => {
	const clock = new MovedClock();
	const main = stream();
	const { port, url, server } = await startServer(t, {
		streams: { main },
		clock,
	});
	const client = await openTunnel(t, port);
	const Session = await client.play(url);
	assert.equal((await client.request("PAUSE", url, { Session })).status, 200);
	await until("the session's end", () => {
		clock.moved += 1000;
		return server.sessions === 0;
	});
	await until("the tunnel's", () => client.closed && client.socket.post.closed);
});

test("close ends tunnels, and POSTs that wait", async (t) => {
	const main = stream();
	const { port, url, server } = await startServer(t, { streams: { main } });
	const client = await openTunnel(t, port);
	await client.play(url);
	const early = await openHalf(t, port, "POST", "early", posted);
	await until("the server's view", () => server.connections === 1);
	await server.close();
	await until("all is closed", () => client.closed && early.closed);
	assert.equal(main.viewers, 0);
	const last = client.packets.at(-1);
	assert.equal(last?.data.readUInt8(last.data.length - 7), 203, "BYE");
});
