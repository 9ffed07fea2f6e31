import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Frame } from "../../src/media/types.ts";
import { until } from "../helpers/media.ts";
import { sampleOf } from "../media/mp4/boxes.ts";
import { encode } from "../rtsp/encoded-stream.ts";
import { FakeStream, frameOf } from "../rtsp/fake-stream.ts";
import { LiveClient } from "./live-client.ts";
import { serveStreams } from "./live-server.ts";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

function bufferOctets(): number {
	gc();
	return process.memoryUsage().arrayBuffers;
}

/** Pictures of 60 kB, every tenth a key frame. */
function* bigPictures(first: Frame): Generator<Frame> {
	const head = first.packets.flatMap((start, i) => {
		const end = (first.packets[i + 1] ?? 0) - 4;
		const isSet = [7, 8].includes(first.interleaved.readUInt8(start + 12) & 31);
		return isSet ? [first.interleaved.subarray(start, end)] : [];
	});
	for (let count = 0; ; count++) {
		const key = count % 10 === 0;
		const slice = Buffer.alloc(12 + 60_000);
		slice.writeUInt8(0x80, 0);
		slice.writeUInt8(96, 1);
		slice.writeUInt32BE(count * 3600, 4);
		slice.writeUInt8(key ? 0x65 : 0x41, 12);
		const packets = [...(key ? head.map((it) => Buffer.from(it)) : []), slice];
		for (const one of packets) one.writeUInt32BE(count * 3600, 4);
		yield frameOf(packets, key);
	}
}

/** Keeps the decode times alone, so that the memory that is measured is the server's. */
class TimesClient extends LiveClient {
	times: number[] = [];

	protected override take(fragment: Buffer): void {
		this.times.push(sampleOf(fragment).decodeTime);
	}
}

test("one viewer of ten is stopped: the other nine lose nothing, and memory stays", async (t) => {
	const encoded = encode("H264");
	const [first] = encoded.frames;
	assert.ok(first);
	const stream = new FakeStream(encoded.description);
	const source = bigPictures(first);
	const feed = () => {
		const { value } = source.next();
		if (value) stream.feed(value);
	};
	const { url, profiles } = await serveStreams(t, { main: stream });
	const address = `${url}/live/main`;
	const nine = Array.from({ length: 9 }, () => new TimesClient(address));
	t.after(() => {
		for (const client of nine) client.close();
	});
	const stopped = spawn(
		process.execPath,
		[
			...["--import", "tsx"],
			fileURLToPath(new URL("stopped-viewer.ts", import.meta.url)),
			address,
		],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	t.after(() => stopped.kill("SIGKILL"));
	await until(() => stream.viewers === 1, "attached");
	const live = await profiles.open("main");
	await until(() => live.viewers === nine.length + 1, "all watch");
	let said = "";
	stopped.stdout.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	const everyoneHas = (count: number) =>
		nine.every(({ times }) => times.length >= count);
	feed();
	await until(() => said.includes("playing") && everyoneHas(1), "all play");
	stopped.kill("SIGSTOP");
	for (const client of nine) client.times = [];
	const before = bufferOctets();
	// 36 MB for each: far more than the kernel's buffers and the bound take.
	const pictures = 600;
	for (let fed = 0; fed < pictures; ) {
		for (let i = 0; i < 4; i++, fed++) feed();
		await until(() => everyoneHas(fed), "the nine keep up");
	}
	for (const { times } of nine)
		for (const [i, time] of times.entries())
			assert.equal(time - (times[0] ?? 0), i * 3600);
	// 300 MB went through; a queue of the stopped one would hold 36.
	await until(
		() => bufferOctets() - before < 8 * 1024 * 1024,
		"no more than the stopped one's bound is kept",
	);
	stopped.kill("SIGKILL");
	await once(stopped, "exit");
});
