import assert from "node:assert/strict";
import test from "node:test";
import { SourceUnavailable } from "../../src/media/types.ts";
import { patienceMs } from "../helpers/patience.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { MovedClock } from "./moved-clock.ts";
import { header, RtspClient } from "./rtsp-client.ts";
import { startServer, until } from "./start-server.ts";

const tcp = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };

test("a client describes, sets up, plays, pauses and tears down", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true, sequenceNumber: 7 })];
	const { port, url, server } = await startServer(t, {
		streams: { main: stream },
	});
	const client = await RtspClient.connect(t, port);
	const options = await client.request("OPTIONS", "*");
	assert.equal(options.status, 200);
	assert.match(header(options, "public"), /DESCRIBE, SETUP, PLAY, PAUSE/);
	const describe = await client.request("DESCRIBE", url, {
		Accept: "application/sdp",
	});
	assert.equal(describe.status, 200);
	assert.equal(header(describe, "content-type"), "application/sdp");
	assert.equal(header(describe, "content-base"), `${url}/`);
	assert.match(describe.body, /^s=the main\r\n/m);
	const setup = await client.request("SETUP", `${url}/trackID=0`, tcp);
	assert.equal(
		header(setup, "transport"),
		"RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=CAFE1234",
	);
	const session = header(setup, "session");
	assert.match(session, /^[0-9a-f]{32};timeout=60$/);
	const Session = session.split(";")[0] ?? "";
	const play = await client.request("PLAY", `${url}/`, { Session });
	assert.equal(play.status, 200);
	assert.equal(
		header(play, "rtp-info"),
		`url=${url}/trackID=0;seq=7;rtptime=0`,
	);
	assert.equal(stream.viewers, 1);
	const again = await client.request("PLAY", `${url}/`, { Session });
	assert.equal(again.status, 200);
	const pause = await client.request("PAUSE", `${url}/`, { Session });
	assert.equal(pause.status, 200);
	assert.equal(stream.viewers, 0);
	const resumed = await client.request("PLAY", `${url}/`, { Session });
	assert.equal(resumed.status, 200);
	const teardown = await client.request("TEARDOWN", `${url}/`, { Session });
	assert.equal(teardown.status, 200);
	assert.equal(stream.viewers, 0);
	assert.equal(server.sessions, 0);
	const after = await client.request("PLAY", `${url}/`, { Session });
	assert.equal(after.status, 454);
});

test("every response bears CSeq, Server and Date", async (t) => {
	const { port } = await startServer(t, { streams: {} });
	const client = await RtspClient.connect(t, port);
	client.raw("OPTIONS * RTSP/1.0\r\ncseq:  42\r\n\r\n");
	const response = await client.response();
	assert.equal(header(response, "cseq"), "42");
	assert.equal(header(response, "server"), "onvifd");
	assert.ok(
		Math.abs(Date.parse(header(response, "date")) - Date.now()) < patienceMs,
	);
});

const refusals: readonly [
	what: string,
	method: string,
	path: string,
	headers: Record<string, string>,
	status: number,
][] = [
	["an unknown profile", "DESCRIBE", "/nobody", {}, 404],
	["an unknown profile", "SETUP", "/nobody/trackID=0", tcp, 404],
	["a prototype's name for a profile", "DESCRIBE", "/constructor", {}, 404],
	["an unknown track", "SETUP", "/main/trackID=1", tcp, 404],
	["more path than there is", "DESCRIBE", "/main/x/y", {}, 400],
	["bad percent-encoding", "DESCRIBE", "/%zz", {}, 400],
	["another Accept", "DESCRIBE", "/main", { Accept: "text/html" }, 406],
	["a back channel", "DESCRIBE", "/main", { Require: "x.backchannel" }, 551],
	["no Transport", "SETUP", "/main/trackID=0", {}, 400],
	["bad ports", "SETUP", "/main", { Transport: "RTP/AVP;client_port=x" }, 400],
	["multicast", "SETUP", "/main", { Transport: "RTP/AVP;multicast" }, 461],
	["SRTP", "SETUP", "/main", { Transport: "RTP/SAVP;client_port=2-3" }, 461],
	["no session", "PLAY", "/main", {}, 454],
	["an unknown session", "PLAY", "/main", { Session: "12345678" }, 454],
	["an unknown session", "TEARDOWN", "/main", { Session: "12345678" }, 454],
	["an unknown session", "OPTIONS", "/main", { Session: "12345678" }, 454],
	["ANNOUNCE", "ANNOUNCE", "/main", {}, 405],
	["RECORD", "RECORD", "/main", {}, 405],
	["an unknown method", "BREW", "/main", {}, 501],
];
for (const [what, method, path, headers, status] of refusals)
	test(`${method} with ${what} is ${status}`, async (t) => {
		const started = await startServer(t, {
			streams: { main: new FakeStream() },
		});
		const client = await RtspClient.connect(t, started.port);
		const uri = `rtsp://127.0.0.1:${started.port}${path}`;
		const response = await client.request(method, uri, headers);
		assert.equal(response.status, status, response.text);
		assert.equal(started.server.sessions, 0);
		if (status === 551)
			assert.equal(header(response, "unsupported"), "x.backchannel");
		if (status === 405 || status === 501)
			assert.match(header(response, "allow"), /PLAY/);
		// The connection goes on.
		const next = await client.request("OPTIONS", "*");
		assert.equal(next.status, 200);
	});

test("a source without picture is 503 with Retry-After", async (t) => {
	const stream = new FakeStream(new SourceUnavailable("no camera"));
	const { port, url, logged } = await startServer(t, {
		streams: { main: stream },
	});
	const client = await RtspClient.connect(t, port);
	const response = await client.request("DESCRIBE", url);
	assert.equal(response.status, 503);
	assert.match(header(response, "retry-after"), /^\d+$/);
	assert.ok(logged.some(({ fields }) => fields?.reason === "no camera"));
});

test("a fault of ours is 500 and its cause is logged, not sent", async (t) => {
	const stream = new FakeStream(new Error("the secret cause"));
	const { port, url, logged } = await startServer(t, {
		streams: { main: stream },
	});
	const client = await RtspClient.connect(t, port);
	const response = await client.request("DESCRIBE", url);
	assert.equal(response.status, 500);
	assert.doesNotMatch(response.text + response.body, /secret/);
	assert.ok(logged.some(({ fields }) => fields?.reason === "the secret cause"));
});

test("parameters: none is a keep-alive, an unknown one 451", async (t) => {
	const { port, url } = await startServer(t, {
		streams: { main: new FakeStream() },
	});
	const client = await RtspClient.connect(t, port);
	for (const method of ["GET_PARAMETER", "SET_PARAMETER"]) {
		assert.equal((await client.request(method, url)).status, 200);
		assert.equal((await client.request(method, "*")).status, 200);
		const asked = await client.request(method, url, {}, "zoom: 3\r\npan\r\n");
		assert.equal(asked.status, 451);
		assert.equal(asked.body, "zoom\r\npan\r\n");
	}
});

test("a session of one profile is not for another, nor set up while it plays", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url } = await startServer(t, {
		streams: { main: stream, sub: new FakeStream() },
	});
	const client = await RtspClient.connect(t, port);
	const Session = await client.play(url);
	const sub = url.replace("main", "sub");
	const status = async (method: string, uri: string) =>
		(await client.request(method, uri, { Session, ...tcp })).status;
	assert.equal(await status("SETUP", `${sub}/trackID=0`), 459);
	assert.equal(await status("SETUP", `${url}/trackID=0`), 455);
	assert.equal(await status("PLAY", sub), 454);
	assert.equal(await status("PLAY", `${url}/trackID=3`), 404);
	assert.equal(await status("PLAY", `${url}/trackID=0`), 200);
	assert.equal(await status("PLAY", url), 200);
});

test("Range: what a live stream has, and 457 for what it has not", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const client = await RtspClient.connect(t, port);
	const Session = await client.play(url);
	const range = async (Range: string) => {
		const answer = await client.request("PLAY", url, { Session, Range });
		return answer.status === 200 ? header(answer, "range") : answer.status;
	};
	assert.equal(await range("npt=0.000-"), "npt=now-");
	assert.match(String(await range("npt=now-")), /^clock=\d{8}T\d{6}\.\d{3}Z-$/);
	assert.equal(await range("smpte=0:10:20-"), 457);
	assert.equal(await range("npt=x"), 457);
});

test("PLAY waits for a key frame and begins with it", async (t) => {
	const stream = new FakeStream();
	const { port, url } = await startServer(t, {
		streams: { main: stream },
		clock: new MovedClock(),
	});
	const client = await RtspClient.connect(t, port);
	const playing = client.play(url);
	await until("the viewer", () => stream.viewers === 1);
	assert.equal(stream.keyFrameRequests, 1);
	stream.feed(makeFrame({ sequenceNumber: 9 }));
	stream.feed(makeFrame({ key: true, sequenceNumber: 10, rtpTimestamp: 77 }));
	stream.feed(makeFrame({ sequenceNumber: 11, rtpTimestamp: 99 }));
	await playing;
	const info = header(client.responses.at(-1) ?? assert.fail(), "rtp-info");
	assert.match(info, /;seq=10;rtptime=77$/);
	await until("packets", () => client.packets.length >= 2);
	const sequence = client.packets
		.filter(({ channel }) => channel === 0)
		.map(({ data }) => data.readUInt16BE(2));
	assert.deepEqual(sequence, [10, 11]);
	const { order } = client;
	assert.ok(order.indexOf("packet") > order.lastIndexOf("response"));
});

test("PLAY is answered without its place when no key frame comes, and begins when one does", async (t) => {
	const stream = new FakeStream();
	const { port, url } = await startServer(t, {
		streams: { main: stream },
		limits: { firstFrameSeconds: 0.05 },
	});
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	const info = header(client.responses.at(-1) ?? assert.fail(), "rtp-info");
	assert.equal(info, `url=${url}/trackID=0`);
	stream.feed(makeFrame({ sequenceNumber: 3 }));
	stream.feed(makeFrame({ key: true, sequenceNumber: 4 }));
	await until("packets", () => client.packets.length >= 1);
	assert.equal(client.packets[0]?.data.readUInt16BE(2), 4);
});

test("requests sent together are answered in their order, however they are cut", async (t) => {
	const { port, url } = await startServer(t, {
		streams: { main: new FakeStream() },
	});
	const client = await RtspClient.connect(t, port);
	client.socket.setNoDelay(true);
	const requests = [
		"OPTIONS *",
		`DESCRIBE ${url}`,
		`GET_PARAMETER ${url}`,
		"OPTIONS *",
	]
		.map((line, index) => `${line} RTSP/1.0\r\nCSeq: ${index}\r\n\r\n`)
		.join("");
	for (let at = 0; at < requests.length; at += 7) {
		client.raw(requests.slice(at, at + 7));
		await new Promise((resolve) => setImmediate(resolve));
	}
	await until("four answers", () => client.responses.length === 4);
	const shown = client.responses.map(
		(response) => `${header(response, "cseq")} ${response.status}`,
	);
	assert.deepEqual(shown, ["0 200", "1 401", "2 401", "3 200"]);
});

test("channels that are taken are replaced, and the client is told", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url } = await startServer(t, { streams: { main: stream } });
	const client = await RtspClient.connect(t, port);
	await client.play(url);
	const second = await client.request("SETUP", url, tcp);
	assert.match(header(second, "transport"), /;interleaved=2-3;/);
	const Session = header(second, "session");
	// The same track again: its own channels are free for it.
	const again = await client.request("SETUP", url, {
		Session,
		Transport: "RTP/AVP/TCP;unicast;interleaved=3-2",
	});
	assert.match(header(again, "transport"), /;interleaved=3-2;/);
	await client.request("PLAY", url, { Session });
	await until("packets on 3", () =>
		client.packets.some(({ channel }) => channel === 3),
	);
});
