import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import test, { type TestContext } from "node:test";
import { talkFormats } from "../../src/media/talk/formats.ts";
import type { Backchannel, Talk } from "../../src/media/types.ts";
import { tonePacket } from "../helpers/talk.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { header, RtspClient } from "./rtsp-client.ts";
import { loopbacks, startServer, until } from "./start-server.ts";

const tag = "www.onvif.org/ver20/backchannel";
const Require = tag;

/** Notes what it is told. */
class FakeBackchannel implements Backchannel {
	readonly formats = talkFormats;
	busy = false;
	readonly heard: Buffer[] = [];
	closed = 0;

	open(): Talk {
		return {
			packet: (packet) => void this.heard.push(Buffer.from(packet)),
			close: () => void this.closed++,
		};
	}
}

async function start(t: TestContext, host?: string) {
	const video = new FakeStream();
	video.backlog = [
		makeFrame({ key: true, sequenceNumber: 7, rtpTimestamp: 90 }),
	];
	const backchannel = new FakeBackchannel();
	const started = await startServer(t, {
		streams: { main: video },
		backchannel,
		...(host && { host }),
	});
	const connect = () => RtspClient.connect(t, started.port, host);
	return {
		...started,
		video,
		backchannel,
		connect,
		client: await connect(),
		talk: `${started.url}/trackID=99`,
	};
}

function interleaved(channel: number, packet: Buffer): Buffer {
	const head = Buffer.from([0x24, channel, 0, 0]);
	head.writeUInt16BE(packet.length, 2);
	return Buffer.concat([head, packet]);
}

const sessionOf = (answer: Parameters<typeof header>[0]) =>
	header(answer, "session").split(";")[0] ?? "";

/** A receiver report of ours. */
function readReport(rtcp: Buffer) {
	assert.equal(rtcp.readUInt8(1), 201);
	assert.equal(rtcp.readUInt8(0) & 0x1f, 1);
	return {
		about: rtcp.readUInt32BE(8),
		fractionLost: rtcp.readUInt8(12),
		lost: rtcp.readIntBE(13, 3),
		highest: rtcp.readUInt32BE(16),
	};
}

test("only who requires it is told of the back channel", async (t) => {
	const { client, url } = await start(t);
	const plain = await client.request("DESCRIBE", url);
	assert.doesNotMatch(plain.body, /m=audio|sendonly/);
	const told = await client.request("DESCRIBE", url, { Require });
	assert.equal(told.status, 200);
	assert.match(
		told.body,
		/a=recvonly\r\na=control:trackID=0\r\nm=audio 0 RTP\/AVP 0 8\r\na=rtpmap:0 PCMU\/8000\r\na=rtpmap:8 PCMA\/8000\r\na=sendonly\r\na=control:trackID=99\r\n$/,
	);
	assert.ok(
		told.body.startsWith(plain.body.slice(0, plain.body.indexOf("o="))),
	);
});

test("what else is required is refused by its name, and all of it where nobody can talk", async (t) => {
	const { client, url } = await start(t);
	const both = await client.request("DESCRIBE", url, {
		Require: `${tag}, onvif-replay`,
	});
	assert.equal(both.status, 551);
	assert.equal(header(both, "unsupported"), "onvif-replay");
	const silent = await startServer(t, { streams: { main: new FakeStream() } });
	const other = await RtspClient.connect(t, silent.port);
	for (const method of ["OPTIONS", "DESCRIBE", "SETUP"]) {
		const answer = await other.request(method, silent.url, { Require });
		assert.equal(answer.status, 551, method);
		assert.equal(header(answer, "unsupported"), tag);
	}
});

test("a login that may only watch cannot talk", async (t) => {
	const { client, url, talk } = await start(t);
	client.login = { user: "viewer", password: "look" };
	const told = await client.request("DESCRIBE", url, { Require });
	assert.equal(told.status, 551);
	const plain = await client.request("DESCRIBE", url);
	assert.equal(plain.status, 200);
	const Transport = "RTP/AVP/TCP;unicast;interleaved=0-1";
	const setup = await client.request("SETUP", talk, { Transport });
	assert.equal(setup.status, 404);
});

test("a client watches and talks in one connection", async (t) => {
	const { client, url, talk, backchannel, video } = await start(t);
	const first = await client.request("SETUP", `${url}/trackID=0`, {
		Transport: "RTP/AVP/TCP;unicast;interleaved=0-1",
	});
	const Session = sessionOf(first);
	const setup = await client.request("SETUP", talk, {
		...{ Transport: "RTP/AVP/TCP;unicast;interleaved=2-3", Session, Require },
	});
	assert.equal(setup.status, 200, setup.text);
	assert.match(header(setup, "transport"), /interleaved=2-3/);
	client.raw(interleaved(2, tonePacket(0, 440, "PCMU")));
	const play = await client.request("PLAY", url, { Session, Require });
	assert.equal(play.status, 200);
	assert.equal(backchannel.heard.length, 0, "too early");
	assert.match(header(play, "rtp-info"), /^url=[^,]*trackID=0;[^,]*$/);
	const said = [1, 2, 3].map((n) => tonePacket(n, 440, "PCMU"));
	for (const packet of said) client.raw(interleaved(2, packet));
	// Not RTP, and on a channel that is nobody's.
	client.raw(interleaved(2, Buffer.from("nonsense")));
	client.raw(interleaved(9, tonePacket(4, 440, "PCMU")));
	await until("all is heard", () => backchannel.heard.length === 3);
	assert.deepEqual(backchannel.heard, said);
	await until("a report", () => client.packets.some((p) => p.channel === 3));
	const rtcp = client.packets.find((p) => p.channel === 3)?.data;
	assert.ok(rtcp);
	assert.equal(readReport(rtcp).about, 0x7a1c);
	video.feed(makeFrame({ sequenceNumber: 8, rtpTimestamp: 3690 }));
	await until("a picture", () =>
		client.packets.some((p) => p.channel === 0 && p.data.length > 0),
	);
	const gone = await client.request("TEARDOWN", talk, { Session, Require });
	assert.equal(gone.status, 200);
	assert.equal(backchannel.closed > 0, true);
	client.raw(interleaved(2, tonePacket(5, 440, "PCMU")));
	const alive = await client.request("GET_PARAMETER", url, { Session });
	assert.equal(alive.status, 200);
	assert.equal(backchannel.heard.length, 3);
});

for (const host of loopbacks)
	test(`a client talks over UDP from ${host}, and is told what is lost`, async (t) => {
		const { client, url, talk, backchannel } = await start(t, host);
		const type = host === "::1" ? "udp6" : "udp4";
		const [rtp, rtcp] = [createSocket(type), createSocket(type)];
		t.after(() => {
			rtp.close();
			rtcp.close();
		});
		for (const socket of [rtp, rtcp]) {
			socket.bind(0, host);
			await once(socket, "listening");
		}
		const reports: Buffer[] = [];
		rtcp.on("message", (packet) => void reports.push(packet));
		const setup = await client.request("SETUP", talk, {
			Transport: `RTP/AVP;unicast;client_port=${rtp.address().port}-${rtcp.address().port}`,
			Require,
		});
		assert.equal(setup.status, 200, setup.text);
		const ports = /server_port=(\d+)-(\d+)/.exec(header(setup, "transport"));
		const Session = sessionOf(setup);
		const play = await client.request("PLAY", url, { Session, Require });
		assert.equal(play.status, 200);
		// 40 and 41 get lost; the sequence numbers wrap before.
		const numbers = Array.from({ length: 50 }, (_, n) => n);
		const sent = numbers.filter((n) => n !== 40 && n !== 41);
		for (const n of sent)
			rtp.send(tonePacket(n, 440, "PCMA"), Number(ports?.[1]), host);
		await until("all is heard", () => backchannel.heard.length === sent.length);
		// Somebody else's packets are not the client's.
		const stranger = createSocket(type);
		t.after(() => stranger.close());
		stranger.send(tonePacket(60, 440, "PCMA"), Number(ports?.[1]), host);
		await until("a report", () => reports.length > 0);
		const [report] = reports;
		assert.ok(report);
		assert.equal(readReport(report).about, 0x7a1c);
		await client.request("TEARDOWN", url, { Session, Require });
		assert.equal(backchannel.heard.length, sent.length);
		assert.equal(backchannel.closed > 0, true);
	});

test("while somebody talks, nobody else sets it up; what is watched stays", async (t) => {
	const { client, url, talk, backchannel } = await start(t);
	const Session = await client.play(url);
	backchannel.busy = true;
	await client.request("PAUSE", url, { Session });
	const Transport = "RTP/AVP/TCP;unicast;interleaved=2-3";
	const refused = await client.request("SETUP", talk, {
		...{ Transport, Session, Require },
	});
	assert.equal(refused.status, 453);
	const play = await client.request("PLAY", url, { Session });
	assert.equal(play.status, 200);
	backchannel.busy = false;
	await client.request("PAUSE", url, { Session });
	const accepted = await client.request("SETUP", talk, {
		...{ Transport, Session, Require },
	});
	assert.equal(accepted.status, 200);
});

test("who talks and does nothing else is alive; who leaves stops talking", async (t) => {
	const { client, url, talk, backchannel, server } = await start(t);
	const setup = await client.request("SETUP", talk, {
		Transport: "RTP/AVP/TCP;unicast;interleaved=0-1",
	});
	const Session = sessionOf(setup);
	const play = await client.request("PLAY", url, { Session });
	assert.equal(play.status, 200);
	assert.equal(header(play, "rtp-info"), "");
	client.raw(interleaved(0, tonePacket(0, 440, "PCMU")));
	await until("it is heard", () => backchannel.heard.length === 1);
	client.socket.destroy();
	await until("it is noticed", () => backchannel.closed > 0);
	assert.equal(server.sessions, 0);
});
