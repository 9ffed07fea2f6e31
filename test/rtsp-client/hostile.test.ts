import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openSession } from "../../src/media/relay/session.ts";
import type { RtspSource } from "../../src/media/types.ts";
import { systemClock } from "../../src/system/clock.ts";
import {
	type Answers,
	describes,
	reply,
	ScriptedServer,
	sends,
	setUp,
	video,
} from "./scripted-server.ts";

const sourceAt = (port: number, userInfo = ""): RtspSource => ({
	kind: "rtsp",
	url: `rtsp://${userInfo}127.0.0.1:${port}/`,
	transport: "tcp",
	user: null,
	password: null,
	verifyCertificate: true,
	original: null,
	passThrough: true,
});

/** What comes of playing such a server: the error's message, or why the session ended. */
async function outcome(
	answers: Answers,
	userInfo = "",
): Promise<{ said: string; requests: readonly string[] }> {
	const hostile = new ScriptedServer(answers);
	const port = await hostile.listen();
	try {
		const session = await openSession(sourceAt(port, userInfo), {
			clock: systemClock,
			signal: new AbortController().signal,
			receive: () => ({ rtp() {} }),
		});
		return { said: await session.ended, requests: hostile.requests };
	} catch (error) {
		assert.ok(error instanceof Error);
		return { said: error.message, requests: hostile.requests };
	} finally {
		hostile.close();
	}
}

const described = describes(...video);

describe("hostile servers get one line, and nothing of ours", () => {
	const cases: [string, Answers, string][] = [
		[
			"HTTP in place of RTSP",
			{ OPTIONS: sends("HTTP/1.1 400 Bad Request\r\n\r\n") },
			"what answers there is no RTSP server",
		],
		[
			"garbage",
			{ OPTIONS: sends(Buffer.alloc(70_000, 0xa5)) },
			"what answers there is no RTSP server",
		],
		[
			"a head without end",
			{ OPTIONS: sends(`RTSP/1.0 200 OK\r\nX: ${"y".repeat(20_000)}`) },
			"its answer's head is too long",
		],
		[
			"headers without number",
			{ OPTIONS: sends(`RTSP/1.0 200 OK\r\n${"a: b\r\n".repeat(200)}\r\n`) },
			"its answer has too many headers",
		],
		[
			"an absurd length",
			{
				DESCRIBE: sends(
					"RTSP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
				),
			},
			"its answer has an absurd Content-Length",
		],
		[
			"a negative length",
			{ DESCRIBE: sends("RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n") },
			"its answer has an absurd Content-Length",
		],
		["silence", { DESCRIBE: () => {} }, "it does not answer"],
		[
			"hanging up",
			{ DESCRIBE: (_, __, socket) => socket.destroy() },
			"it hung up",
		],
		[
			"no video",
			{ DESCRIBE: reply("200 OK", [], "v=0\r\nm=audio 0 RTP/AVP 0\r\n") },
			"it offers no H.264, H.265 or JPEG video",
		],
		[
			"an SDP of anything",
			{ DESCRIBE: reply("200 OK", [], "\0\r\na=\r\nm=video\r\n".repeat(9999)) },
			"it offers no H.264, H.265 or JPEG video",
		],
		[
			"a session without a name",
			{ DESCRIBE: described, SETUP: reply("200 OK") },
			"it gives the session no proper name",
		],
		[
			"a transport that is not ours",
			{
				DESCRIBE: described,
				SETUP: reply("200 OK", ["Session: 1", "Transport: RTP/AVP;unicast"]),
			},
			"it does not send over the RTSP connection; try transport: udp",
		],
		[
			"no such transport",
			{ DESCRIBE: described, SETUP: reply("461 Unsupported") },
			"461: it does not send over this transport; try the other one (transport: tcp or udp)",
		],
		[
			"garbage amid play",
			{
				DESCRIBE: described,
				SETUP: setUp,
				PLAY: (method, cseq, socket) => {
					reply("200 OK")(method, cseq, socket);
					setTimeout(() => socket.write(Buffer.alloc(99, 1)), 50);
				},
			},
			"what answers there is no RTSP server",
		],
		[
			"a login that nobody knows",
			{ OPTIONS: reply("401 No", ["WWW-Authenticate: Kerberos x"]) },
			"401: it offers no login that we know",
		],
	];
	for (const [what, answers, said] of cases)
		test(what, async () => {
			assert.equal((await outcome(answers, "u:p@")).said, said);
		});

	test("a 401 to every request is no reason to go on", async () => {
		const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n"';
		const { said, requests } = await outcome(
			{ OPTIONS: reply("401 No", [challenge]) },
			"u:p@",
		);
		assert.equal(said, "401: wrong user or password");
		assert.equal(requests.length, 2);
	});

	test("silence while playing ends it", async () => {
		const { said } = await outcome({ DESCRIBE: described, SETUP: setUp });
		assert.equal(said, "it sends no packets any more");
	});
});

describe("redirects", () => {
	let elsewhere: ScriptedServer;
	let port: number;
	before(async () => {
		elsewhere = new ScriptedServer({
			DESCRIBE: reply("401 No", ['WWW-Authenticate: Basic realm="r"']),
		});
		port = await elsewhere.listen();
	});
	after(() => elsewhere.close());

	test("in a circle end", async () => {
		const hostile = new ScriptedServer({
			DESCRIBE: (method, cseq, socket) =>
				reply("302 Moved", [`Location: rtsp://127.0.0.1:${socket.localPort}/`])(
					method,
					cseq,
					socket,
				),
		});
		const at = await hostile.listen();
		try {
			await assert.rejects(
				openSession(sourceAt(at), {
					clock: systemClock,
					signal: new AbortController().signal,
					receive: () => ({ rtp() {} }),
				}),
				{ message: "it sends us from one address to the next" },
			);
			assert.equal(hostile.requests.length, 8);
		} finally {
			hostile.close();
		}
	});

	test("to another host take no credentials along", async () => {
		const { said } = await outcome(
			{ DESCRIBE: reply("302 Moved", [`Location: rtsp://localhost:${port}/`]) },
			"u:secret@",
		);
		assert.equal(said, "401: it wants a user and password: none is given");
		assert.ok(
			elsewhere.requests.every((one) => !one.includes("Authorization")),
		);
	});
});
