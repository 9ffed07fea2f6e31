import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SourceUnavailable } from "../../src/media/types.ts";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import { run } from "../helpers/run.ts";
import { inside, sampleOf } from "../media/mp4/boxes.ts";
import { encode, LiveStream } from "../rtsp/encoded-stream.ts";
import { FakeStream } from "../rtsp/fake-stream.ts";
import { LiveClient } from "./live-client.ts";
import { serveStreams } from "./live-server.ts";

const encoded = encode("H264");

/** Decode times that follow each other without gap, from a key frame on. */
function assertContinuous(fragments: readonly Buffer[]): void {
	const samples = fragments.map(sampleOf);
	assert.equal(samples[0]?.key, true);
	for (const [i, { decodeTime, duration }] of samples.entries()) {
		const next = samples[i + 1];
		if (next) assert.equal(next.decodeTime, decodeTime + duration);
	}
}

async function fileOf(t: TestContext, data: Buffer): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-mp4-"));
	t.after(() => rm(folder, { recursive: true }));
	const file = join(folder, "live.mp4");
	writeFileSync(file, data);
	return file;
}

test("a viewer gets type, init segment and fragments from a key frame on, which ffmpeg decodes one by one", async (t) => {
	const stream = new LiveStream(t, encoded);
	const { url } = await serveStreams(t, { main: stream });
	const client = new LiveClient(`${url}/live/main`);
	await client.has(30);
	client.close();
	const profile = encoded.description.fmtp?.match(/level-id=(\w+)/)?.[1] ?? "";
	assert.deepEqual(client.types, [
		`video/mp4; codecs="avc1.${profile.toUpperCase()}"`,
	]);
	assertContinuous(client.fragments);
	const file = await fileOf(t, client.file);
	const { codec_name, width, height } = await probe([file]);
	assert.deepEqual([codec_name, width, height], ["h264", 320, 240]);
	const decoded = await run("ffmpeg", [
		...["-v", "warning", "-i", file],
		...["-fps_mode", "passthrough", "-f", "framemd5", "-"],
	]);
	assert.equal(decoded.stderr, "");
	const frames = decoded.stdout.toString().match(/^0,/gm);
	assert.equal(frames?.length, client.fragments.length);
});

test("who joins later has a picture at once; the last to leave lets the stream go", async (t) => {
	const stream = new LiveStream(t, encoded);
	const { url } = await serveStreams(t, { main: stream });
	const first = new LiveClient(`${url}/live/main`);
	await first.has(10);
	const second = new LiveClient(`${url}/live/main`);
	await second.has(10);
	assert.equal(stream.viewers, 1, "one output of the hub serves all");
	assertContinuous(second.fragments);
	const shared = second.fragments.at(-1);
	await until(
		() =>
			shared !== undefined && first.fragments.some((it) => it.equals(shared)),
		"both get the same",
	);
	first.close();
	await second.has(second.fragments.length + 5);
	second.close();
	await until(() => stream.viewers === 0, "nobody is attached");
});

test("new settings of the encoder: another init segment in the same socket, and time goes on", async (t) => {
	const small = encode("H264", { width: 160, height: 120 });
	const stream = new FakeStream(encoded.description);
	const { url } = await serveStreams(t, { main: stream });
	const client = new LiveClient(`${url}/live/main`);
	await until(() => stream.viewers === 1, "attached");
	for (const frame of encoded.frames.slice(0, 7)) stream.feed(frame);
	// The old encoder's last frame, then the new one's.
	for (const frame of small.frames.slice(0, 5)) stream.feed(frame);
	await client.has(12);
	client.close();
	assert.equal(client.types.length, 2);
	const widths = client.inits.map(
		(init) => inside(init, "moov/trak/tkhd").readUInt32BE(76) / 65_536,
	);
	assert.deepEqual(widths, [320, 160]);
	assertContinuous(client.fragments);
	assert.equal(client.fragments[7] && sampleOf(client.fragments[7]).key, true);
});

test("a profile that becomes JPEG, or goes, says so as it closes", async (t) => {
	const stream = new FakeStream(encoded.description);
	const { url } = await serveStreams(t, { main: stream });
	for (const [feed, reason] of [
		[
			() => {
				for (const frame of encode("JPEG").frames) stream.feed(frame);
			},
			"the profile is not H.264 any more",
		],
		[() => stream.end("the profile was deleted"), "the profile was deleted"],
	] as const) {
		const client = new LiveClient(`${url}/live/main`);
		await until(() => stream.viewers === 1, "attached");
		feed();
		await client.answered();
		assert.deepEqual(client.closed, { code: 1001, reason });
		await until(() => stream.viewers === 0, "detached");
	}
});

test("a camera without a picture: the reason stands in the close frame", async (t) => {
	const stream = new FakeStream(
		new SourceUnavailable("the camera is unplugged"),
	);
	const { url } = await serveStreams(t, { main: stream });
	const client = new LiveClient(`${url}/live/main`);
	await client.answered();
	assert.deepEqual(client.closed, {
		code: 1001,
		reason: "no picture: the camera is unplugged",
	});
});

test("what is no H.264 profile, no handshake, or from another site's page is refused", async (t) => {
	const { url } = await serveStreams(t, { main: new FakeStream() });
	const cases = [
		["/live/other", {}, 404, /no such profile/],
		["/live/jpeg", {}, 404, /is JPEG; only profiles of H\.264/],
		["/live/main", { origin: "http://evil.example" }, 403, /other sites/],
		["/live/main", { origin: "null" }, 403, /other sites/],
	] as const;
	for (const [path, headers, status, text] of cases) {
		const client = new LiveClient(url + path, headers);
		await client.answered();
		assert.equal(client.refused?.status, status, path);
		assert.match(client.refused?.text ?? "", text);
	}
	const plain = await fetch(`${url}/live/main`);
	assert.equal(plain.status, 426);
	assert.equal(plain.headers.get("upgrade"), "websocket");
	const own = new LiveClient(`${url}/live/main`, { origin: url });
	await until(() => own.socket.readyState === own.socket.OPEN, "open");
	own.close();
});

const pingMs = 10_000;

test("whoever is no user any more is shown out, and whoever does not answer is given up", async (t) => {
	t.mock.timers.enable({ apis: ["setInterval"] });
	const stream = new FakeStream(encoded.description);
	const { url, deleteUser } = await serveStreams(t, { main: stream });
	const open = async (client: LiveClient) => {
		const { socket } = client;
		await until(() => socket.readyState === socket.OPEN, "open");
		await until(() => stream.viewers === 1, "attached");
		return client;
	};
	const pinged = async ({ socket }: LiveClient) => {
		const ping = once(socket, "ping");
		t.mock.timers.tick(pingMs);
		await ping;
	};
	const gone = await open(
		new LiveClient(`${url}/live/main`, {}, { autoPong: false }),
	);
	await pinged(gone);
	t.mock.timers.tick(pingMs);
	await gone.answered();
	assert.equal(gone.closed?.code, 1006);

	const there = await open(new LiveClient(`${url}/live/main`));
	for (let i = 0; i < 3; i++) {
		await pinged(there);
		// The answer to this one comes when the server has heard of the other.
		const pong = once(there.socket, "pong");
		there.socket.ping();
		await pong;
	}
	assert.equal(there.closed, undefined);
	deleteUser();
	t.mock.timers.tick(pingMs);
	await there.answered();
	assert.deepEqual(there.closed, { code: 1008, reason: "log in again" });
	await until(() => stream.viewers === 0, "detached");
});

/** What a server answers to these octets, up to its end of the connection. */
function exchange(url: string, pieces: readonly string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		const { port, hostname } = new URL(url);
		const socket = connect(Number(port), hostname, async () => {
			for (const piece of pieces) {
				socket.write(piece);
				await new Promise((next) => setTimeout(next, 20));
			}
		});
		let text = "";
		socket.setEncoding("utf8").on("data", (part: string) => {
			text += part;
		});
		socket.on("end", () => resolve(text));
		socket.on("error", reject);
	});
}

test("a broken handshake gets 400, and who proposes another protocol an ordinary answer", async (t) => {
	const { url } = await serveStreams(t, { main: new FakeStream() });
	const broken = await exchange(url, [
		"GET /live/main HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
	]);
	assert.match(broken, /^HTTP\/1\.1 400 /);
	// As Java's HttpClient does; the body comes in parts of its own.
	const answer = await exchange(url, [
		"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n",
		"Content-Type: text/plain\r\nContent-Length: 11\r\n\r\nhello",
		" world",
		"GET /live/other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
	]);
	assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhello world/);
	assert.match(answer, /HTTP\/1\.1 404 [\s\S]*there is no such profile/);
});
