import assert from "node:assert/strict";
import { test } from "node:test";
import { LoginRefused, Unreachable } from "../../src/rtsp-client/errors.ts";
import { type Answer, reply } from "./scripted-server.ts";
import { media, session, start, tracks } from "./scripted-session.ts";

const authorized = (text: string | undefined) =>
	/^Authorization: (.*)$/m.exec(text ?? "")?.[1]?.trim();

test("Basic, where nothing else is offered", async (t) => {
	const expected = `Basic ${Buffer.from("ann:p:w").toString("base64")}`;
	const guarded =
		(then: Answer): Answer =>
		(...request) =>
			(authorized(server.requests.at(-1)) === expected
				? then
				: reply("401 No", ['WWW-Authenticate: Basic realm="r"']))(...request);
	const { server, connect } = await start(t, {
		OPTIONS: guarded(reply("200 OK")),
		DESCRIBE: guarded(tracks),
	});
	const login = { user: "ann", password: "p:w" };
	assert.equal((await connect({ login })).description.media.length, 2);
	await assert.rejects(
		connect({ login: { user: "ann", password: "x" } }),
		LoginRefused,
	);
	await assert.rejects(connect(), LoginRefused);
});

test("a new nonce in the middle is answered, whether stale is said or not", async (t) => {
	let nonce = 0;
	const fresh = (then: Answer, stale: string): Answer => {
		let asked = 0;
		return (...request) =>
			(asked++ === 0
				? reply("401 No", [
						`WWW-Authenticate: Digest realm="r", nonce="n${nonce++}"${stale}`,
					])
				: then)(...request);
	};
	const { server, connect } = await start(t, {
		OPTIONS: fresh(reply("200 OK"), ""),
		DESCRIBE: fresh(tracks, ""),
		SETUP: fresh(session("RTP/AVP/TCP;interleaved=0-1"), ", stale=TRUE"),
	});
	const client = await connect({ login: { user: "ann", password: "p" } });
	await client.setup(media(client).video, "tcp", { rtp() {} });
	assert.match(authorized(server.of("SETUP")[1]) ?? "", /nonce="n2"/);
});

test("over TLS, with a certificate that is trusted or need not be", async (t) => {
	const { connect, port } = await start(t, {}, true);
	const trusting = await connect({ verifyCertificate: false });
	assert.equal(trusting.description.media.length, 2);
	await assert.rejects(connect(), (error) => {
		assert.ok(error instanceof Unreachable);
		assert.match(error.message, /it made its certificate itself; verifyCert/);
		return true;
	});
	await assert.rejects(
		connect({ url: `rtsp://127.0.0.1:${port}/1` }),
		/no RTSP server|hung up/,
	);
});

test("what does not speak TLS is told from what does", async (t) => {
	const { connect, port } = await start(t, {});
	await assert.rejects(
		connect({ url: `rtsps://127.0.0.1:${port}/1` }),
		/it hung up|no TLS that we know|does not answer/,
	);
});

test("credentials given for TLS do not follow a redirect out of it", async (t) => {
	const plain = await start(t, {
		OPTIONS: reply("401 No", ['WWW-Authenticate: Basic realm="r"']),
	});
	const { connect } = await start(
		t,
		{
			DESCRIBE: reply("302 Moved", [
				`Location: rtsp://127.0.0.1:${plain.port}/1`,
			]),
		},
		true,
	);
	await assert.rejects(
		connect({
			login: { user: "ann", password: "secret" },
			verifyCertificate: false,
		}),
		/none is given/,
	);
	assert.equal(plain.server.requests.length, 1);
	assert.equal(authorized(plain.server.requests[0]), undefined);
});
