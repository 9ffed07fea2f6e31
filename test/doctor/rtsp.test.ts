import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { createDigestAuth } from "../../src/auth/digest.ts";
import { decoderLine } from "../../src/doctor/decoder.ts";
import { Trouble } from "../../src/doctor/finding.ts";
import { watch } from "../../src/doctor/pictures.ts";
import { authorization } from "../../src/rtsp-client/authorization.ts";
import { chooseChallenge } from "../../src/rtsp-client/challenge.ts";
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
			const chosen = chooseChallenge([challenge]);
			assert.ok(chosen);
			const answer = authorization(
				chosen,
				{ user: user.name, password: user.password },
				{ method: "POST", uri, count: 1, cnonce: "0a4f113b" },
			);
			const sent = Buffer.from(answer).toString("latin1");
			assert.equal(auth.verify(sent, "POST", uri).kind, "authenticated");
			assert.ok(!answer.includes(user.password));
		}
	});

test("the decoder's line holds what the session description says, and no more", () => {
	assert.equal(
		decoderLine({
			encodingName: "H264",
			clockRate: 90_000,
			payloadType: 96,
			channels: 1,
			fmtp: new Map(),
		}).join(" "),
		"-q fdsrc fd=0 ! application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=H264,payload=96 ! rtpstreamdepay ! application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload=96 ! decodebin ! videoconvert ! videoscale ! video/x-raw,format=GRAY8,width=16,height=16 ! fdsink fd=1 sync=false",
	);
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
	await assert.rejects(watch(url, user, signal), /no RTSP server|hung up/);
	await new Promise((closed) => server.close(closed));
	await assert.rejects(watch(url, user, signal), Trouble);
});

test("a service that has no picture yet is asked once more", async (t) => {
	const asked: string[] = [];
	const server = createServer((socket) => {
		socket.on("error", () => {});
		let text = "";
		socket.setEncoding("latin1").on("data", (chunk: string) => {
			text += chunk;
			for (
				let end = text.indexOf("\r\n\r\n");
				end >= 0;
				end = text.indexOf("\r\n\r\n")
			) {
				const request = text.slice(0, end);
				text = text.slice(end + 4);
				const cseq = /CSeq: (\d+)/.exec(request)?.[1];
				const isDescribe = request.startsWith("DESCRIBE ");
				if (isDescribe) asked.push("DESCRIBE");
				const status = !isDescribe ? "200 OK" : "503 Service Unavailable";
				socket.write(`RTSP/1.0 ${status}\r\nCSeq: ${cseq}\r\n\r\n`);
			}
		});
	}).listen(0, "127.0.0.1");
	t.after(() => server.close());
	await once(server, "listening");
	const address = server.address();
	assert.ok(address !== null && typeof address === "object");
	const url = new URL(`rtsp://127.0.0.1:${address.port}/main`);
	const { signal } = new AbortController();
	await assert.rejects(
		watch(url, user, signal),
		/gives no picture: 503: it has no picture at present/,
	);
	assert.deepEqual(asked, ["DESCRIBE", "DESCRIBE"]);
});
