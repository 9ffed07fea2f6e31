import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { rtspAddress } from "../../../src/rtsp-client/address.ts";
import { RtspConnection } from "../../../src/rtsp-client/connection.ts";
import { until } from "../../helpers/media.ts";
import { keptPort } from "../../helpers/own-address.ts";
import { badManners, chained, chainUnderTest } from "./chain-under-test.ts";

describe("the addresses of a v4l2 chain", () => {
	const { devices, servers, start } = chainUnderTest();

	test(
		"the server is alone with us, and gets its first DESCRIBE after a key frame",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			stream.attach(watcher);
			await watcher.more(1);
			const [server] = servers();
			const notes = devices.notes();
			assert.deepEqual(notes.map((note) => note.described).filter(Boolean), [
				{ keyed: true },
			]);
			assert.ok(server?.server && server.cwd);
			assert.notEqual(server.cwd, process.cwd(), "it gives its folder away");
			assert.ok(!existsSync("H264"));
			const port = Number(server.server[server.server.indexOf("-P") + 1]);
			const [listening] = notes.flatMap((note) => note.listening ?? []);
			assert.equal(listening?.four, true);
			assert.equal(listening.six, false, "its open IPv6 door is shut");
			assert.equal(await askSnapshot(port), "", "nothing is given there");
		},
	);

	test("clients who are sent to the server itself find it, with its login only", async (t) => {
		const port = await keptPort();
		const { engine, stream, watcher } = start(t, "H264", { port });
		const uri = engine.directUri("main", "127.0.0.1");
		assert.match(
			uri ?? "",
			new RegExp(`^rtsp://\\w+:\\w+@127\\.0\\.0\\.1:${port}/live$`),
		);
		await until(() => stream.latest !== undefined, "it runs unwatched");
		const address = rtspAddress(uri ?? "");
		assert.ok(address?.login);
		const ask = async (login: typeof address.login) => {
			const end = new AbortController();
			const { signal } = end;
			const packet = () => {};
			const connection = await RtspConnection.open({
				address,
				login,
				packet,
				signal,
			});
			return connection
				.request("DESCRIBE", address.uri, { Accept: "application/sdp" })
				.finally(() => end.abort());
		};
		const answer = await ask(address.login);
		assert.match(answer.body, /sprop-parameter-sets=\S+/);
		await assert.rejects(ask({ user: "admin", password: "x" }), /401/);
		assert.ok(
			chained().every(
				({ commandLine }) =>
					!commandLine.includes(address.login?.password ?? ""),
			),
		);
		stream.attach(watcher);
		await watcher.more(2);
	});
});

/** What HTTP on the server's port gives to a stranger of the network. */
function askSnapshot(port: number): Promise<string> {
	return new Promise((resolve) => {
		let text = "";
		const socket = connect({ host: "::1", port }, () =>
			socket.write("GET /snapshot HTTP/1.1\r\n\r\n"),
		);
		socket.on("data", (chunk) => {
			text += chunk.toString("latin1");
		});
		socket.on("error", () => {});
		socket.on("close", () => resolve(text));
	});
}
