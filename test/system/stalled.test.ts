import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import {
	createServer as createTlsServer,
	connect as tlsConnect,
} from "node:tls";
import { onStalled } from "../../src/system/stalled.ts";
import { until } from "../helpers/media.ts";
import { certificate } from "../rtsp-client/certificate.ts";

/** A server's end of a connection whose other end reads nothing. */
async function unread(t: TestContext, secure: boolean): Promise<Socket> {
	const server = secure ? createTlsServer(await certificate()) : createServer();
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	assert.ok(typeof address === "object" && address);
	const { port } = address;
	const accepted = once(server, secure ? "secureConnection" : "connection");
	const client = secure
		? tlsConnect({ port, host: "127.0.0.1", rejectUnauthorized: false })
		: connect(port, "127.0.0.1");
	client.pause();
	const [socket] = await accepted;
	for (const one of [client, socket]) one.on("error", () => {});
	t.after(() => {
		client.destroy();
		socket.destroy();
		server.close();
	});
	return socket;
}

for (const secure of [false, true]) {
	const kind = secure ? "TLS" : "TCP";
	test(`over ${kind}, who takes nothing of what waits is gone`, async (t) => {
		const socket = await unread(t, secure);
		let gone = false;
		onStalled(socket, 100, () => {
			gone = true;
		});
		socket.write(Buffer.alloc(32 * 1024 * 1024));
		await until(() => gone, "it is gone");
	});

	test(`over ${kind}, who is sent nothing is not`, async (t) => {
		const socket = await unread(t, secure);
		onStalled(socket, 100, () => assert.fail("gone"));
		await once(socket, "timeout");
	});
}
