import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { type TestContext, test } from "node:test";
import { SourceUnavailable } from "../../../src/media/types.ts";
import { fetchPicture } from "../../helpers/fetch-picture.ts";
import { until } from "../../helpers/media.ts";
import { probe } from "../../helpers/probe.ts";
import { runPlayer } from "../../helpers/run.ts";
import { encode, LiveStream } from "../../rtsp/encoded-stream.ts";
import { FakeStream } from "../../rtsp/fake-stream.ts";
import { hlsSecret, serveStreams } from "../live-server.ts";

const encoded = encode("H264");

async function live(t: TestContext) {
	const stream = new LiveStream(t, encoded);
	const { url, server } = await serveStreams(t, { main: stream });
	const base = `${url}/hls/main/`;
	const get = (path: string) => fetchPicture(base + path);
	const playlist = async (query = "") =>
		(await get(`index.m3u8${query}`)).text();
	return { stream, server, base, get, playlist };
}

const segmentNames = (playlist: string) =>
	playlist.match(/^[0-9a-f]+-\d+\.m4s$/gm) ?? [];
const numberOf = (name: string | undefined) =>
	Number(/-(\d+)\.m4s$/.exec(name ?? "")?.[1]);

test("the first request starts it, and is answered when there are two segments", async (t) => {
	const { stream, get } = await live(t);
	assert.equal(stream.viewers, 0);
	const answer = await get("index.m3u8");
	assert.equal(answer.status, 200);
	assert.equal(
		answer.headers.get("content-type"),
		"application/vnd.apple.mpegurl",
	);
	assert.equal(answer.headers.get("cache-control"), "private, max-age=1");
	const playlist = await answer.text();
	assert.equal(segmentNames(playlist).length, 2);
	const discontinuity = /DISCONTINUITY-SEQUENCE:(\d+)\n/.exec(playlist)?.[1];
	assert.ok(Number(discontinuity) < 10_000, "hls.js counts up to it");
	assert.equal(stream.viewers, 1);
});

test("ffmpeg plays it, frame by frame without loss", async (t) => {
	const { base } = await live(t);
	const { codec_name, width, height } = await probe([`${base}index.m3u8`]);
	assert.deepEqual([codec_name, width, height], ["h264", 320, 240]);
	const played = await runPlayer("ffmpeg", [
		...["-v", "warning", "-i", `${base}index.m3u8`, "-frames:v", "100"],
		...["-fps_mode", "passthrough", "-f", "framemd5", "-"],
	]);
	assert.equal(played.code, 0, played.stderr);
	const times = [...played.stdout.toString().matchAll(/^0, +\d+, +(\d+)/gm)];
	assert.equal(times.length, 100);
	assert.doesNotMatch(played.stderr, /error|invalid|corrupt|non-existing/i);
});

test("segments, parts and init segment: unchanging, and the parts are the segment", async (t) => {
	const { get, playlist } = await live(t);
	const text = await playlist();
	const [name] = segmentNames(text);
	const segment = await get(name ?? "");
	assert.equal(segment.status, 200);
	assert.equal(segment.headers.get("content-type"), "video/mp4");
	assert.equal(
		segment.headers.get("cache-control"),
		"private, max-age=600, immutable",
	);
	const whole = Buffer.from(await segment.arrayBuffer());
	const number = numberOf(name);
	const parts = [...text.matchAll(/URI="([0-9a-f]+-(\d+)-\d+\.m4s)"/g)]
		.filter(([, , of]) => Number(of) === number)
		.map(([, uri]) => uri ?? "");
	assert.ok(parts.length >= 2, text);
	const pieces: Buffer[] = [];
	for (const part of parts)
		pieces.push(Buffer.from(await (await get(part)).arrayBuffer()));
	assert.ok(Buffer.concat(pieces).equals(whole));
	const init = /EXT-X-MAP:URI="([^"]+)"/.exec(text)?.[1] ?? "";
	assert.equal((await get(init)).status, 200);
	const gone = await get("0000000000-1.m4s");
	assert.equal(gone.status, 404);
	assert.equal(gone.headers.get("cache-control"), "private, max-age=1");
});

test("a request for a part to come waits for it, and so does one for the part itself", async (t) => {
	const { get, playlist } = await live(t);
	const number = numberOf(segmentNames(await playlist()).at(-1));
	const answer = await get(`index.m3u8?_HLS_msn=${number + 2}&_HLS_part=0`);
	assert.equal(answer.headers.get("cache-control"), "private, max-age=6");
	const text = await answer.text();
	assert.match(text, new RegExp(`EXT-X-PART:.*-${number + 2}-0\\.m4s`));
	const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)?.[1] ?? "";
	const hinted = await get(hint);
	assert.equal(hinted.status, 200, `${hint} of\n${text}`);
	assert.ok((await playlist()).includes(`URI="${hint}"`));
	const last = numberOf(segmentNames(await playlist()).at(-1));
	assert.ok(
		segmentNames(await playlist(`?_HLS_msn=${last + 1}`)).some(
			(name) => numberOf(name) === last + 1,
		),
	);
	for (const [query, status] of [
		[`?_HLS_msn=${last + 100}`, 400],
		["?_HLS_part=1", 400],
		["?_HLS_msn=x", 400],
	] as const)
		assert.equal((await get(`index.m3u8${query}`)).status, status, query);
});

test("new settings of the encoder: a discontinuity and another init segment, and ffmpeg goes on", async (t) => {
	const { stream, base, playlist } = await live(t);
	await playlist();
	const playing = spawn(
		"ffmpeg",
		[...["-i", `${base}index.m3u8`], ...["-vf", "showinfo", "-f", "null", "-"]],
		{ stdio: ["ignore", "ignore", "pipe"] },
	);
	t.after(() => playing.kill("SIGKILL"));
	let said = "";
	playing.stderr.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	await until(() => said.includes(" s:320x240 "), "it plays");
	stream.switchTo(encode("H264", { width: 160, height: 128 }));
	await until(
		async () => /DISCONTINUITY\n#EXT-X-MAP/.test(await playlist()),
		"it is marked",
	);
	await until(() => said.includes(" s:160x128 "), "it plays on");
});

test("a profile of JPEG, one that there is not, a camera without a picture", async (t) => {
	const stream = new FakeStream(new SourceUnavailable("it is unplugged"));
	const { url } = await serveStreams(t, { main: stream });
	for (const [path, status, text] of [
		["jpeg/index.m3u8", 404, /is JPEG; only profiles of H\.264/],
		["other/index.m3u8", 404, /no such profile/],
		["main/index.m3u8", 503, /no picture: it is unplugged/],
		["main/other.m4s", 404, /no such segment/],
	] as const) {
		const answer = await fetch(`${url}/hls/${path}`);
		assert.equal(answer.status, status, path);
		assert.match(await answer.text(), text);
	}
});

test("who knows the secret may watch, for caches too; who guesses may not", async (t) => {
	const stream = new LiveStream(t, encoded);
	const { url } = await serveStreams(t, { main: stream });
	const answer = await fetch(`${url}/hls/${hlsSecret}/main/index.m3u8`);
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get("cache-control"), "public, max-age=1");
	assert.equal(answer.headers.get("access-control-allow-origin"), "*");
	const [name] = segmentNames(await answer.text());
	const segment = await fetch(`${url}/hls/${hlsSecret}/main/${name}`);
	assert.equal(
		segment.headers.get("cache-control"),
		"public, max-age=600, immutable",
	);
	const guess = await fetch(
		`${url}/hls/a-secret-that-was-guessed/main/${name}`,
	);
	assert.equal(guess.status, 404);
});
