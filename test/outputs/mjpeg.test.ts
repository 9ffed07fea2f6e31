import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import fastify from "fastify";
import { SourceUnavailable, type Stream } from "../../src/media/types.ts";
import { Audience } from "../../src/outputs/audience.ts";
import { partOf } from "../../src/outputs/mjpeg/parts.ts";
import { serveMjpeg } from "../../src/outputs/mjpeg/routes.ts";
import { fakeClock } from "../auth/fakes.ts";
import { until } from "../helpers/media.ts";
import { run } from "../helpers/run.ts";
import { encode, LiveStream } from "../rtsp/encoded-stream.ts";
import { FakeStream, frameOf } from "../rtsp/fake-stream.ts";
import { MjpegClient } from "./mjpeg-client.ts";

const jpeg = encode("JPEG");
const [first] = jpeg.frames;
assert.ok(first);

/** `jpeg` and, as H.264, `main`; open to everybody until `leave`. */
async function serve(t: TestContext, stream: Stream) {
	const clock = fakeClock();
	let holds = true;
	const server = fastify({ forceCloseConnections: true });
	serveMjpeg(server, {
		mayWatch: async () => ({
			identity: { name: "viewer", level: "User" },
			holds: () => holds,
		}),
		directory: {
			find: (token) =>
				["jpeg", "main"].includes(token)
					? {
							name: token,
							sessionTimeout: 60,
							tracks: [{ media: "video", stream }],
						}
					: undefined,
		},
		encoding: (token) =>
			token === "jpeg" ? "JPEG" : token === "main" ? "H264" : undefined,
		profiles: () => ["main", "jpeg"],
		audience: new Audience(clock),
		clock,
	});
	t.after(() => server.close());
	const url = await server.listen({ port: 0, host: "127.0.0.1" });
	return {
		url,
		clock,
		leave: () => {
			holds = false;
		},
	};
}

function watch(t: TestContext, url: string): MjpegClient {
	const client = new MjpegClient(`${url}/mjpeg/jpeg`);
	t.after(() => client.close());
	return client;
}

test("a viewer gets the picture that is there at once, then each that comes, as the encoder made it", async (t) => {
	const stream = new FakeStream(jpeg.description);
	stream.backlog = [first];
	const { url } = await serve(t, stream);
	const client = watch(t, url);
	await until(() => client.pictures.length === 1, "the first");
	for (const frame of jpeg.frames.slice(1, 10)) {
		const had = client.pictures.length;
		stream.feed(frame);
		await until(() => client.pictures.length > had, "the next");
	}
	assert.deepEqual(client.strays, []);
	assert.match(
		client.response?.headers["content-type"] ?? "",
		/^multipart\/x-mixed-replace; boundary=onvifd-picture$/,
	);
	assert.equal(client.response?.headers["transfer-encoding"], undefined);
	for (const [i, picture] of client.pictures.entries()) {
		const frame = jpeg.frames[i];
		assert.ok(frame);
		assert.ok(partOf(frame)?.includes(picture));
	}
	assert.equal(new Set(client.pictures.map(String)).size, 10);
	client.close();
	await until(() => stream.viewers === 0, "the viewer is forgotten");
});

test("pictures that come together, as they do on a busy machine, are all sent", async (t) => {
	const stream = new FakeStream(jpeg.description);
	const { url } = await serve(t, stream);
	const client = watch(t, url);
	await until(() => stream.viewers === 1, "it watches");
	stream.feed(first);
	await until(() => client.pictures.length === 1, "the first");
	const together = jpeg.frames.slice(1, 6);
	for (const frame of together) stream.feed(frame);
	await until(() => client.pictures.length === 6, "the others");
	assert.deepEqual(client.strays, []);
	assert.equal(new Set(client.pictures.map(String)).size, 6);
});

test("however many watch, a frame is made into a picture once", () => {
	assert.equal(partOf(first), partOf(first));
});

test("a frame that names its quality instead of sending tables is the same picture", () => {
	// jpegenc's default quality, 85, has just the tables that RFC 2435 reckons for it.
	const packets = first.packets.map((start, i) => {
		const next = first.packets[i + 1];
		const end = next === undefined ? undefined : next - 4;
		const packet = Buffer.from(first.interleaved.subarray(start, end));
		packet.writeUInt8(85, 12 + 5);
		if (i > 0) return packet;
		const tables = 4 + packet.readUInt16BE(12 + 8 + 2);
		return Buffer.concat([
			packet.subarray(0, 20),
			packet.subarray(20 + tables),
		]);
	});
	assert.deepEqual(partOf(frameOf(packets, true)), partOf(first));
});

test("what is no JPEG, or a broken one, ends the picture and nothing else", async (t) => {
	const stream = new FakeStream(jpeg.description);
	const { url } = await serve(t, stream);
	const header = Buffer.alloc(12);
	header.writeUInt8(0x80, 0);
	header.writeUInt8(0x80 | 26, 1);
	const short = frameOf([Buffer.concat([header, Buffer.from([0, 0])])], true);
	const withoutTables = frameOf(
		[
			Buffer.concat([
				header,
				Buffer.from([0, 0, 0, 0, 0, 255, 2, 2, 0, 0, 0, 0]),
			]),
		],
		true,
	);
	const [h264] = encode("H264").frames;
	assert.ok(h264);
	for (const frame of [short, withoutTables, h264]) {
		const client = watch(t, url);
		await until(() => stream.viewers === 1, "attached");
		stream.feed(frame);
		await until(() => client.ended, "ended");
		assert.equal(client.pictures.length, 0);
		await until(() => stream.viewers === 0, "forgotten");
	}
});

test("the picture ends with the login, and with the profile", async (t) => {
	const stream = new FakeStream(jpeg.description);
	const { url, clock, leave } = await serve(t, stream);
	const [one, two] = [watch(t, url), watch(t, url)];
	await until(() => stream.viewers === 2, "attached");
	stream.feed(first);
	await until(() => one.pictures.length === 1, "it plays");
	leave();
	clock.advance(6000);
	stream.feed(first);
	await until(() => one.ended && two.ended, "ended");
	const three = watch(t, url);
	await until(() => stream.viewers === 1, "attached");
	stream.end("its configuration was removed");
	await until(() => three.ended, "ended");
});

test("a viewer that reads nothing misses pictures, then is let go; the others get all", async (t) => {
	const stream = new FakeStream(jpeg.description);
	const { url, clock } = await serve(t, stream);
	const idle = watch(t, url);
	await until(() => idle.response !== undefined, "it watches");
	idle.response?.pause();
	const busy = watch(t, url);
	await until(() => stream.viewers === 2, "both watch");
	const filler = Buffer.alloc(60_000);
	const big = frameOf(
		first.packets.map((start, i) => {
			const next = first.packets[i + 1];
			const end = next === undefined ? undefined : next - 4;
			const packet = first.interleaved.subarray(start, end);
			return i > 0 ? packet : Buffer.concat([packet, filler]);
		}),
		true,
	);
	// 24 MB: more than the kernel's buffers take.
	for (let i = 1; i <= 400; i++) {
		stream.feed(big);
		await until(() => busy.pictures.length === i, "the other has it");
	}
	assert.equal(stream.viewers, 2);
	clock.advance(61_000);
	stream.feed(big);
	await until(() => stream.viewers === 1, "the one that stands still is gone");
	assert.equal(busy.ended, false);
});

test("a profile that is no JPEG, and one that is not there, name those that are", async (t) => {
	const { url } = await serve(t, new FakeStream(jpeg.description));
	const ask = async (token: string) => {
		const answer = await fetch(`${url}/mjpeg/${token}`);
		return `${answer.status} ${await answer.text()}`;
	};
	assert.equal(
		await ask("main"),
		"404 the profile main is H264, which goes by RTSP and /live/; JPEG is in /mjpeg/jpeg\n",
	);
	assert.equal(
		await ask("other"),
		"404 there is no such profile; JPEG is in /mjpeg/jpeg\n",
	);
});

test("a camera without a picture: 503, when to ask again, and why", async (t) => {
	const stream = new FakeStream(new SourceUnavailable("/dev/video0 is gone"));
	const { url } = await serve(t, stream);
	const answer = await fetch(`${url}/mjpeg/jpeg`);
	assert.equal(answer.status, 503);
	assert.equal(answer.headers.get("retry-after"), "2");
	assert.equal(await answer.text(), "no picture: /dev/video0 is gone\n");
});

test("HEAD tells the type and starts nothing", async (t) => {
	const stream = new FakeStream(jpeg.description);
	const { url } = await serve(t, stream);
	const answer = await fetch(`${url}/mjpeg/jpeg`, { method: "HEAD" });
	assert.match(answer.headers.get("content-type") ?? "", /^multipart\/x-mixed/);
	assert.equal(stream.viewers, 0);
});

test("ffmpeg, GStreamer and curl read it", async (t) => {
	const { url } = await serve(t, new LiveStream(t, jpeg));
	const address = `${url}/mjpeg/jpeg`;
	const played = await run("ffmpeg", [
		...["-v", "warning", "-i", address, "-frames:v", "5"],
		...["-f", "framemd5", "-"],
	]);
	assert.equal(played.code, 0, played.stderr);
	assert.equal(played.stderr, "");
	const frames = played.stdout.toString().match(/^0,.*$/gm) ?? [];
	assert.equal(frames.length, 5);
	assert.ok(new Set(frames.map((line) => line.split(",").at(-1))).size > 1);
	const line = `-q souphttpsrc location=${address} ! multipartdemux ! jpegdec ! fakesink num-buffers=5`;
	const gst = await run("gst-launch-1.0", line.split(" "));
	assert.equal(gst.code, 0, gst.stderr);
	// It has no end: `head` leaves when it has enough.
	const curl = await run("sh", [
		"-c",
		'curl -sS "$0" 2>/dev/null | head -c 200',
		address,
	]);
	assert.ok(curl.stdout.includes("Content-Type: image/jpeg"));
});
