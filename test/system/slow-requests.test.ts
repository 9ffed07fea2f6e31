import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { watchRequests } from "../../src/system/slow-requests.ts";
import { until } from "../helpers/media.ts";

/** More than any system takes for somebody who does not read. */
const big = Buffer.alloc(32 * 1024 * 1024);

/** A server that answers what has come whole, and a clock that stands. */
async function setUp(t: TestContext) {
	let now = 0;
	let begun = 0;
	const server = createServer((request, response) => {
		if (request.socket.destroyed) return;
		begun++;
		const answer = request.url === "/big" ? big : "whole";
		request.resume().once("end", () => response.end(answer));
	});
	const close = watchRequests(server, () => now);
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const sockets: Socket[] = [];
	t.after(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const open = async (text: string) => {
		const before = begun;
		const socket = connect(port, "127.0.0.1");
		sockets.push(socket);
		socket.on("error", () => {});
		let got = "";
		socket.on("data", (data) => {
			got += data.toString("latin1");
		});
		socket.write(text);
		await until(() => begun > before, "its head has come");
		return { socket, answered: () => got.endsWith("whole") };
	};
	const advance = (milliseconds: number) => {
		now += milliseconds;
	};
	return { open, advance, close, begun: () => begun };
}

const half = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nha";
const chunked =
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";

test("bodies that drip are closed, new ones and whole ones are not", async (t) => {
	const { open, advance, close } = await setUp(t);
	const slow = [await open(half), await open(chunked)];
	const whole = await open(`${half}lf`);
	await until(whole.answered, "the whole one is answered");
	advance(1500);
	const young = await open(half);
	close(1000);
	await until(
		() => slow.every(({ socket }) => socket.closed),
		"both slow ones are closed",
	);
	assert.equal(young.socket.closed, false);
	young.socket.write("lf");
	await until(young.answered, "the young one is answered");
	// Its connection waits for what it asks next.
	assert.equal(whole.socket.closed, false);
	whole.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	close(0);
	await until(
		() => whole.answered() && !whole.socket.closed,
		"the whole one goes on",
	);
});

test("an answer that nobody takes is given up, one that is taken is not", async (t) => {
	const { open, advance, close } = await setUp(t);
	const big = "GET /big HTTP/1.1\r\nHost: h\r\n\r\n";
	const { socket } = await open(big);
	socket.pause();
	advance(5000);
	close(1000);
	const young = await open(big);
	young.socket.pause();
	advance(7000);
	close(1000);
	socket.resume();
	await until(() => socket.closed, "the old one is closed");
	assert.ok(socket.bytesRead < 32 * 1024 * 1024, "not as a whole");
	young.socket.resume();
	await until(
		() => young.socket.bytesRead > 32 * 1024 * 1024,
		"the young one has all of it",
	);
});

test("who asks on and on without taking an answer is closed", async (t) => {
	const { open, begun } = await setUp(t);
	const one = "GET /big HTTP/1.1\r\nHost: h\r\n\r\n";
	const { socket } = await open(one.repeat(100));
	await until(() => socket.closed, "it is closed");
	assert.equal(begun(), 8);
});

test("who asks for a few things at once gets them", async (t) => {
	const { open, begun } = await setUp(t);
	const { socket, answered } = await open(
		"GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(8),
	);
	await until(() => begun() === 8 && answered(), "all are answered");
	assert.equal(socket.closed, false);
});
