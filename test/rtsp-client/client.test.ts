import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { Socket } from "node:net";
import { test } from "node:test";
import { until } from "../helpers/media.ts";
import { describes, reply } from "./scripted-server.ts";
import {
	interleaved,
	media,
	session,
	start,
	tracks,
} from "./scripted-session.ts";

/** Notes what came, by its kind. */
function receiver(came: string[], name: string) {
	return {
		rtp: (packet: Buffer) => void came.push(`${name} ${packet.toString()}`),
		rtcp: (packet: Buffer) =>
			void came.push(`${name}'s RTCP ${packet.toString()}`),
	};
}

test("two tracks over TCP, each with its RTCP, on the channels that the server chose", async (t) => {
	let asked = 0;
	const { server, connect } = await start(t, {
		SETUP: (...request) =>
			session(
				`RTP/AVP/TCP;interleaved=${asked++ === 0 ? "4-5" : "0-1"};ssrc=1`,
			)(...request),
		PLAY: (method, cseq, socket) => {
			reply("200 OK")(method, cseq, socket);
			for (const [channel, text] of ["v", "w", "?", "?", "a", "b"].entries())
				socket.write(interleaved((channel + 4) % 6, text));
		},
	});
	const client = await connect();
	const { video, audio } = media(client);
	const came: string[] = [];
	await client.setup(video, "tcp", receiver(came, "video"));
	await client.setup(audio, "tcp", receiver(came, "audio"));
	await client.play();
	await until(() => came.length === 4, "four packets");
	assert.deepEqual(came, [
		"video v",
		"video's RTCP w",
		"audio ?",
		"audio's RTCP ?",
	]);
	const [first, second] = server.of("SETUP");
	assert.match(first ?? "", /^SETUP \S+\/1\/video .*interleaved=0-1/s);
	assert.doesNotMatch(first ?? "", /Session:/);
	assert.match(second ?? "", /\/1\/audio .*interleaved=0-1.*Session: abc$/s);
	assert.match(server.of("PLAY")[0] ?? "", /^PLAY \S+\/1 .*Session: abc/s);
	client.close();
	await until(() => server.of("TEARDOWN").length === 1, "goodbye");
});

test("two tracks over UDP, each with its RTCP; strangers are not heard", async (t) => {
	const { server, connect } = await start(t, {
		SETUP: session("RTP/AVP;unicast;server_port=9-10"),
	});
	const client = await connect();
	const { video, audio } = media(client);
	const came: string[] = [];
	await client.setup(video, "udp", receiver(came, "video"));
	await client.setup(audio, "udp", receiver(came, "audio"));
	await client.play();
	const ports = server
		.of("SETUP")
		.map((text) => Number(/client_port=(\d+)/.exec(text)?.[1]));
	const send = (port: number, text: string, from = "127.0.0.1") => {
		const socket = createSocket("udp4").bind(0, from);
		socket.send(text, port, "127.0.0.1", () => socket.close());
	};
	for (const [index, port] of ports.entries()) {
		assert.equal(port % 2, 0);
		send(port, "not of this server", "127.0.0.2");
		send(port, `\x80\x60\0\x01 rtp ${index}`.padEnd(20));
		send(port + 1, `rtcp ${index}`);
		await until(() => came.length === 2 * index + 2, "a track's packets");
	}
	assert.deepEqual(
		came
			.map((one) =>
				one
					.replace(/[^ -~]/g, "")
					.replace(/\s+/g, " ")
					.trim(),
			)
			.sort(),
		[
			"audio ` rtp 1",
			"audio's RTCP rtcp 1",
			"video ` rtp 0",
			"video's RTCP rtcp 0",
		],
	);
});

test("a track that is refused leaves the others", async (t) => {
	const { connect, server } = await start(t, {
		SETUP: (...request) =>
			(server.of("SETUP").length === 1
				? reply("461 Unsupported transport")
				: session("RTP/AVP/TCP;interleaved=0-1"))(...request),
	});
	const client = await connect();
	const { video, audio } = media(client);
	const none = { rtp() {} };
	await assert.rejects(client.setup(video, "udp", none), { status: 461 });
	await client.setup(audio, "tcp", none);
	await client.play();
	await assert.rejects(client.setup(video, "tcp", none), /two tracks on one/);
});

for (const [offered, expected] of [
	["OPTIONS, GET_PARAMETER", "GET_PARAMETER"],
	["OPTIONS, PLAY", "OPTIONS"],
] as const)
	test(`a session is kept alive by ${expected} where "${offered}" is offered, in half its time`, async (t) => {
		const { server, connect } = await start(t, {
			OPTIONS: reply("200 OK", [`Public: ${offered}`]),
			SETUP: session("RTP/AVP/TCP;interleaved=0-1", 2),
		});
		const client = await connect();
		await client.setup(media(client).video, "tcp", { rtp() {} });
		await client.play();
		const kept = () =>
			server.of(expected).filter((text) => text.includes("Session: abc"));
		await until(() => kept().length === 2, "two signs of life");
	});

test("who offers GET_PARAMETER and does not know it is asked for OPTIONS; who forgot the session ends it", async (t) => {
	const { server, connect } = await start(t, {
		OPTIONS: (...request) =>
			(server.of("PLAY").length === 0
				? reply("200 OK", ["Public: GET_PARAMETER"])
				: reply("454 Session Not Found"))(...request),
		GET_PARAMETER: reply("501 Not Implemented"),
		SETUP: session("RTP/AVP/TCP;interleaved=0-1", 2),
	});
	const client = await connect();
	await client.setup(media(client).video, "tcp", { rtp() {} });
	await client.play();
	assert.equal(await client.closed, "454: it forgot the session");
	assert.equal(server.of("GET_PARAMETER").length, 1);
});

test("a server whose DESCRIBE takes its encoder's start is waited for", async (t) => {
	const { connect } = await start(t, {
		DESCRIBE: (...request) => void setTimeout(() => tracks(...request), 6000),
	});
	assert.equal((await connect()).description.media.length, 2);
});

test("an answer that comes behind the packets of a slow link is waited for", async (t) => {
	const { server, connect } = await start(t, {
		OPTIONS: reply("200 OK", ["Public: GET_PARAMETER"]),
		SETUP: session("RTP/AVP/TCP;interleaved=0-1", 2),
		PLAY: (method, cseq, socket) => {
			reply("200 OK")(method, cseq, socket);
			const packets = setInterval(() => socket.write(interleaved(0, "p")), 50);
			socket.once("close", () => clearInterval(packets));
		},
		// Longer than an answer may take where nothing comes.
		GET_PARAMETER: (...request) =>
			void setTimeout(() => reply("200 OK")(...request), 13_000),
	});
	const client = await connect();
	await client.setup(media(client).video, "tcp", { rtp() {} });
	await client.play();
	await until(() => server.of("GET_PARAMETER").length === 2, "the next one");
});

test("what a session description says forges no header", async (t) => {
	const { connect, server } = await start(t, {
		DESCRIBE: describes("m=video 0 RTP/AVP 26", "a=control:a b\u0001c\td"),
		SETUP: session("RTP/AVP/TCP;interleaved=0-1"),
	});
	const client = await connect();
	const [video] = client.description.media;
	assert.ok(video);
	await client.setup(video, "tcp", { rtp() {} });
	assert.match(server.of("SETUP")[0] ?? "", /\/1\/a%20b%01c%09d RTSP\/1\.0/);
});

test("paused, the server waits; resumed, nothing is missing", async (t) => {
	let peer: Socket | undefined;
	const { connect } = await start(t, {
		SETUP: session("RTP/AVP/TCP;interleaved=0-1"),
		PLAY: (method, cseq, socket) => {
			peer = socket;
			reply("200 OK")(method, cseq, socket);
		},
	});
	const client = await connect();
	let packets = 0;
	await client.setup(media(client).video, "tcp", { rtp: () => packets++ });
	await client.play();
	client.pause();
	const whole = interleaved(0, "x".repeat(60_000));
	let sent = 0;
	while (peer?.write(whole) || sent < 200) sent++;
	await until(() => (peer?.writableLength ?? 0) > 0, "the server waits");
	const before = packets;
	assert.ok(before < sent);
	client.resume();
	await until(() => packets === sent + 1, "all packets");
});
