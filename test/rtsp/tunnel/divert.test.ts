import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { divertTunnels } from "../../../src/rtsp/tunnel/divert.ts";
import type { TunnelRequest } from "../../../src/rtsp/tunnel/request.ts";
import { until } from "../../helpers/media.ts";

interface Taken {
	readonly request: TunnelRequest;
	readonly socket: Socket;
	readonly rest: string;
}

/** A server that answers each request with its method and its body's length. */
async function setUp(t: TestContext) {
	const server = createServer((request, response) => {
		let length = 0;
		request.on("data", (chunk: Buffer) => {
			length += chunk.length;
		});
		request.on("end", () => response.end(`${request.method} ${length};`));
	});
	const taken: Taken[] = [];
	const close = divertTunnels(server, (request, socket, rest) => {
		socket.on("error", () => {});
		t.after(() => socket.destroy());
		taken.push({ request, socket, rest: rest.toString() });
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	assert.ok(address && typeof address === "object");
	t.after(() => {
		server.closeAllConnections();
		server.close();
		close(0);
	});
	const open = async () => {
		const socket = connect({
			...{ port: address.port, host: "127.0.0.1", noDelay: true },
		});
		t.after(() => socket.destroy());
		const client = { socket, text: "", closed: false };
		socket.on("error", () => {});
		socket.on("data", (chunk) => {
			client.text += chunk.toString("latin1");
		});
		socket.on("close", () => {
			client.closed = true;
		});
		await once(socket, "connect");
		return client;
	};
	return { open, taken, close };
}

/** Each octet in a packet of its own, as far as that can be had. */
async function drip(socket: Socket, text: string): Promise<void> {
	for (const one of text) {
		socket.write(one);
		await new Promise(setImmediate);
	}
}

test("what is no tunnel is Node's, however it is cut, one request after the other", async (t) => {
	const { open, taken } = await setUp(t);
	const requests = [
		"GET /main HTTP/1.1\r\nHost: h\r\n\r\n",
		"POST /onvif HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde",
		"DELETE / HTTP/1.1\r\nHost: h\r\n\r\n",
		"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx",
	];
	const answers = ["GET 0;", "POST 5;", "DELETE 0;", "PUT 1;"];
	for (const [index, request] of requests.entries()) {
		const client = await open();
		await drip(client.socket, request);
		const answer = answers[index] ?? "";
		await until(() => client.text.endsWith(answer), answer);
		client.socket.write(requests.join(""));
		await until(
			() => client.text.split(/HTTP\/1\.1 200/).length === 6,
			"what follows, all at once",
		);
		for (const each of answers) assert.ok(client.text.includes(each));
	}
	assert.deepEqual(taken, []);
});

test("a long body and a long head arrive whole", async (t) => {
	const { open } = await setUp(t);
	const long = await open();
	long.socket.write(
		`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n${"b".repeat(3_000_000)}`,
	);
	await until(() => long.text.endsWith("POST 3000000;"), "its answer");
	const head = await open();
	await drip(head.socket, "GET / HTTP/1.1\r\n");
	head.socket.write(`Host: h\r\nX: ${"x".repeat(12_000)}\r\n\r\n`);
	await until(() => head.text.endsWith("GET 0;"), "its answer");
});

test("a tunnel's halves are handed over with what followed their heads", async (t) => {
	const { open, taken } = await setUp(t);
	const get = await open();
	await drip(get.socket, "GET /main HTTP/1.0\r\nX-SessionCookie: c1\r\n\r\n");
	await until(() => taken.length === 1, "the GET");
	const post = await open();
	post.socket.write(
		"POST / HTTP/1.1\r\nContent-Length: 3\r\nx-sessioncookie:c1 \r\n\r\nabcdef",
	);
	await until(() => taken.length === 2, "the POST");
	assert.deepEqual(
		taken.map(({ request, rest }) => [request.method, request.cookie, rest]),
		[
			["GET", "c1", ""],
			["POST", "c1", "abcdef"],
		],
	);
	taken[0]?.socket.write("raw");
	await until(() => get.text === "raw", "what is written there");
	post.socket.write("more");
	let more = "";
	taken[1]?.socket.on("data", (chunk) => {
		more += chunk.toString();
	});
	await until(() => more === "more", "what is sent there");
});

test("who has said too little is closed when that is wanted, others are not", async (t) => {
	const { open, close } = await setUp(t);
	const silent = await open();
	const half = await open();
	half.socket.write("POST / HTTP/1.1\r\nx-sess");
	const done = await open();
	done.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	await until(() => done.text.endsWith("GET 0;"), "an answer");
	close(60_000);
	done.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	await until(() => /GET 0;.*GET 0;$/s.test(done.text), "another");
	assert.equal(silent.closed || half.closed, false);
	await until(() => {
		close(0);
		return silent.closed && half.closed;
	}, "their end");
	assert.equal(done.closed, false);
});

test("a client that leaves within its first request is forgotten", async (t) => {
	const { open, taken } = await setUp(t);
	for (const text of ["", "GE", "POST / HTTP/1.1\r\nx-sessioncookie: c"]) {
		const leaving = await open();
		leaving.socket.end(text);
		await until(() => leaving.closed, "its end");
		const gone = await open();
		gone.socket.write(text);
		gone.socket.resetAndDestroy();
	}
	const client = await open();
	client.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	await until(() => client.text.endsWith("GET 0;"), "an answer");
	assert.deepEqual(taken, []);
});
