import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { watchBodies } from "../../src/system/slow-bodies.ts";
import { until } from "../helpers/media.ts";

/** A server that answers what has come whole, and a clock that stands. */
async function setUp(t: TestContext) {
	let now = 0;
	let begun = 0;
	const server = createServer((request, response) => {
		begun++;
		request.resume().once("end", () => response.end("whole"));
	});
	// A connection that waits for its next request is this test's to close.
	server.keepAliveTimeout = 0;
	const close = watchBodies(server, () => now);
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
	return { open, advance, close };
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
