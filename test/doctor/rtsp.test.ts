import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { createDigestAuth } from "../../src/auth/digest.ts";
import { decoderLine } from "../../src/doctor/decoder.ts";
import { digestAnswer } from "../../src/doctor/digest.ts";
import { Trouble } from "../../src/doctor/finding.ts";
import { watch } from "../../src/doctor/pictures.ts";
import { RtspReader } from "../../src/doctor/rtsp-reader.ts";
import { readVideoTrack } from "../../src/doctor/sdp-reader.ts";
import { systemClock } from "../../src/system/clock.ts";

const user = {
	name: 'a "quoted" Jäsøn',
	password: "päss:word 1",
	level: "User",
} as const;

for (const protocol of ["http", "rtsp"] as const)
	test(`answers every challenge that our server makes over ${protocol}`, () => {
		const auth = createDigestAuth({
			realm: "onvifd",
			users: { find: (name) => (name === user.name ? user : undefined) },
			clock: systemClock,
			protocol,
		});
		const uri = protocol === "http" ? "/x" : "rtsp://127.0.0.1/main";
		// A nonce counts its uses: each answer is to a challenge of its own.
		for (const index of auth.challenges().keys()) {
			const challenge = auth.challenges()[index] ?? "";
			const answer = digestAnswer(challenge, user, "POST", uri);
			assert.ok(answer);
			const sent = Buffer.from(answer).toString("latin1");
			assert.equal(auth.verify(sent, "POST", uri).kind, "authenticated");
			assert.ok(!answer.includes(user.password));
		}
	});

test("no answer to what is no Digest challenge, or an unknown one", () => {
	for (const challenge of [
		'Basic realm="x"',
		"Digest",
		'Digest realm="x"',
		'Digest realm="x", nonce="y", algorithm=SHA-1',
		'Digest realm="x", nonce="y", qop="auth-int"',
	])
		assert.equal(digestAnswer(challenge, user, "GET", "/"), undefined);
});

test("the decoder's line holds what the session description says, and no more", () => {
	assert.equal(
		decoderLine({
			encodingName: "H264",
			clockRate: 90_000,
			payloadType: 96,
			control: "trackID=0",
		}).join(" "),
		"-q fdsrc fd=0 ! application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=H264,payload=96 ! rtpstreamdepay ! application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload=96 ! decodebin ! videoconvert ! videoscale ! video/x-raw,format=GRAY8,width=16,height=16 ! fdsink fd=1 sync=false",
	);
});

describe("session descriptions", () => {
	test("the first video track is read, among others", () => {
		const track = readVideoTrack(
			"v=0\r\ns=x\r\na=control:*\r\nm=audio 0 RTP/AVP 0\r\na=control:a\r\nm=video 0 RTP/AVP 97\r\na=rtpmap:97 h264/90000\r\na=control:trackID=1\r\nm=application 0 RTP/AVP 98\r\na=control:z\r\n",
		);
		assert.deepEqual(track, {
			encodingName: "H264",
			clockRate: 90_000,
			payloadType: 97,
			control: "trackID=1",
		});
	});

	test("static JPEG needs no rtpmap", () => {
		const track = readVideoTrack("m=video 0 RTP/AVP 26\r\n");
		assert.deepEqual([track.encodingName, track.clockRate], ["JPEG", 90_000]);
	});

	for (const [what, sdp] of [
		["nothing", ""],
		["audio alone", "m=audio 0 RTP/AVP 0\r\n"],
		["an encoding without a name", "m=video 0 RTP/AVP 96\r\n"],
		[
			"a name that would forge caps",
			"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264,x=1 ! filesink/90000\r\n",
		],
	] as const)
		test(`${what} is refused`, () => {
			assert.throws(() => readVideoTrack(sdp), /the session description/);
		});
});

describe("the reader of RTSP", () => {
	function read(data: Buffer, chunk: number) {
		const seen: string[] = [];
		const reader = new RtspReader(
			({ status, body }) => seen.push(`${status} ${body}`),
			(channel, packet) => seen.push(`${channel}: ${packet.toString()}`),
		);
		for (let at = 0; at < data.length; at += chunk)
			reader.push(data.subarray(at, at + chunk));
		return seen;
	}

	test("tells answers from packets, however they are cut", () => {
		const data = Buffer.from(
			"RTSP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc$\u0000\u0000\u0002hi$\u0001\u0000\u0001xRTSP/1.0 503 No\r\n\r\n",
		);
		for (const chunk of [1, 2, 7, data.length])
			assert.deepEqual(read(data, chunk), ["200 abc", "0: hi", "1: x", "503 "]);
	});

	for (const [what, text] of [
		["another protocol", "HTTP/1.1 200 OK\r\n\r\n"],
		["an endless head", "RTSP/1.0 200 OK\r\nx: ".padEnd(20_000, "y")],
		["an absurd length", "RTSP/1.0 200 OK\r\nContent-Length: 1e9\r\n\r\n"],
		["no length", "RTSP/1.0 200 OK\r\nContent-Length: x\r\n\r\n"],
	] as const)
		test(`${what} is refused`, () => {
			assert.throws(() => read(Buffer.from(text), 1000), /answer/);
		});
});

test("a server that hangs up, or is not there, is a finding and nothing worse", async () => {
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.resume();
		socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	assert.ok(address !== null && typeof address === "object");
	const url = new URL(`rtsp://127.0.0.1:${address.port}/main`);
	const { signal } = new AbortController();
	await assert.rejects(watch(url, user, signal), /no RTSP|closed/);
	await new Promise((closed) => server.close(closed));
	await assert.rejects(watch(url, user, signal), Trouble);
});
