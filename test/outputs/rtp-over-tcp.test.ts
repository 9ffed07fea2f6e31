import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import type { Stream } from "../../src/media/types.ts";
import { Audience } from "../../src/outputs/audience.ts";
import { RtpOverTcpServer } from "../../src/outputs/rtp-over-tcp/server.ts";
import { systemClock } from "../../src/system/clock.ts";
import { until } from "../helpers/media.ts";
import { run } from "../helpers/run.ts";
import { encode, LiveStream } from "../rtsp/encoded-stream.ts";
import { FakeStream, makeFrame } from "../rtsp/fake-stream.ts";

interface Started {
	readonly port: number;
	readonly lines: string[];
	readonly server: RtpOverTcpServer;
}

/** Of the one profile `main`; it ends with the test. */
async function start(
	t: TestContext,
	stream: Stream,
	profile = "main",
): Promise<Started> {
	const lines: string[] = [];
	const note = (message: string, fields: unknown) =>
		void lines.push(`${message} ${JSON.stringify(fields)}`);
	const server = new RtpOverTcpServer(
		{ profile, host: "127.0.0.1", port: 0, media: "video" },
		{
			directory: {
				find: (token) =>
					token === "main"
						? {
								name: "main",
								sessionTimeout: 60,
								tracks: [{ media: "video", stream }],
							}
						: undefined,
			},
			audience: new Audience(systemClock),
			clock: systemClock,
			log: { info: note, warn: note, error: note },
		},
	);
	t.after(() => server.close());
	return { port: await server.listen(), lines, server };
}

/** Packets as they came over a connection. */
class Reader {
	readonly packets: Buffer[] = [];
	readonly socket: Socket;
	closed = false;
	#pending = Buffer.alloc(0);

	constructor(t: TestContext, port: number) {
		this.socket = createConnection({ port, host: "127.0.0.1" });
		t.after(() => this.socket.destroy());
		this.socket.on("error", () => {});
		this.socket.on("close", () => {
			this.closed = true;
		});
		this.socket.on("data", (chunk: Buffer) => this.#take(chunk));
	}

	#take(chunk: Buffer): void {
		this.#pending = Buffer.concat([this.#pending, chunk]);
		while (this.#pending.length >= 2) {
			const end = 2 + this.#pending.readUInt16BE(0);
			if (this.#pending.length < end) return;
			this.packets.push(this.#pending.subarray(2, end));
			this.#pending = this.#pending.subarray(end);
		}
	}
}

for (const [name, depay] of [
	["JPEG", "rtpjpegdepay ! jpegdec"],
	["H264", "rtph264depay ! avdec_h264"],
] as const)
	test(`three GStreamers read ${name} at one port`, async (t) => {
		const encoded = encode(name);
		const { port } = await start(t, new LiveStream(t, encoded));
		const rtp = `media=video,encoding-name=${name},clock-rate=90000,payload=${encoded.description.payloadType}`;
		const line = `-q tcpclientsrc host=127.0.0.1 port=${port} ! application/x-rtp-stream,${rtp} ! rtpstreamdepay ! application/x-rtp,${rtp} ! ${depay} ! videoconvert ! video/x-raw,format=GRAY8 ! identity eos-after=11 ! fdsink fd=1`;
		const all = await Promise.all(
			[1, 2, 3].map(() => run("gst-launch-1.0", line.split(" "))),
		);
		for (const { code, stdout, stderr } of all) {
			assert.equal(code, 0, stderr);
			assert.ok(stdout.length >= 10 * 320 * 240, `${stdout.length}`);
		}
	});

test("packets are what the stream gave, from a key frame on", async (t) => {
	const stream = new FakeStream();
	const { port, lines } = await start(t, stream);
	const reader = new Reader(t, port);
	await until(() => stream.viewers === 1, "it watches");
	assert.equal(stream.keyFrameRequests, 1);
	stream.feed(makeFrame({ sequenceNumber: 9 }));
	const key = makeFrame({ key: true, sequenceNumber: 10, payloads: [700, 3] });
	stream.feed(key);
	stream.feed(makeFrame({ sequenceNumber: 12 }));
	await until(() => reader.packets.length >= 3, "three packets");
	assert.deepEqual(
		reader.packets.map((packet) => [packet.readUInt16BE(2), packet.length]),
		[
			[10, 712],
			[11, 15],
			[12, 112],
		],
	);
	reader.socket.destroy();
	await until(() => stream.viewers === 0, "it left");
	await until(() => lines.length === 2, "both are told");
	assert.match(lines[0] ?? "", /viewer came .*"client":"127\.0\.0\.1"/);
});

test("a slow viewer skips to a key frame, and the others lose nothing", async (t) => {
	const stream = new FakeStream();
	const { port } = await start(t, stream);
	const [slow, quick] = [new Reader(t, port), new Reader(t, port)];
	await until(() => stream.viewers === 2, "both watch");
	slow.socket.pause();
	const payloads = Array.from({ length: 100 }, () => 1400);
	let fed = 0;
	const feed = (key: boolean) => {
		stream.feed(makeFrame({ key, sequenceNumber: fed * 100, payloads }));
		fed++;
	};
	feed(true);
	while (fed < 200) {
		feed(false);
		await until(
			() => quick.packets.length === fed * 100,
			"the quick one has it",
		);
	}
	slow.socket.resume();
	const keys = new Set<number>();
	// Where the first packet is that does not follow the one before; -1 for none.
	const gap = () => {
		const numbers = slow.packets.map((packet) => packet.readUInt16BE(2));
		return numbers.findIndex(
			(number, index) =>
				index > 0 && number !== (((numbers[index - 1] ?? 0) + 1) & 0xffff),
		);
	};
	await until(() => {
		if (gap() >= 0) return true;
		feed(false);
		keys.add((fed * 100) & 0xffff);
		feed(true);
		return false;
	}, "it goes on");
	assert.ok(gap() < 12_000, `${gap()}`);
	assert.ok(keys.has(slow.packets[gap()]?.readUInt16BE(2) ?? -1));
	await until(() => quick.packets.length === fed * 100, "nothing was lost");
});

test("what is said to it is not listened to, and a stream's end is the connection's", async (t) => {
	const stream = new FakeStream();
	const { port } = await start(t, stream);
	const reader = new Reader(t, port);
	await until(() => stream.viewers === 1, "it watches");
	reader.socket.write(Buffer.alloc(300_000, "GET / HTTP/1.1\r\n"));
	stream.feed(makeFrame({ key: true }));
	await until(() => reader.packets.length === 1, "a packet");
	stream.end("the configuration was removed");
	await until(() => reader.closed, "the end");
});

test("a profile that is gone closes at once, and a stop closes all", async (t) => {
	const stream = new FakeStream();
	const gone = await start(t, stream, "gone");
	const nobody = new Reader(t, gone.port);
	await until(() => nobody.closed, "the end");
	const { port, server } = await start(t, stream);
	const reader = new Reader(t, port);
	await once(reader.socket, "connect");
	await until(() => stream.viewers === 1, "it watches");
	await server.close();
	await until(() => reader.closed && stream.viewers === 0, "all is closed");
});

test("there are 64 places", async (t) => {
	const stream = new FakeStream();
	const { port, lines } = await start(t, stream);
	const readers = Array.from({ length: 66 }, () => new Reader(t, port));
	await until(
		() => readers.filter(({ closed }) => closed).length === 2,
		"two are too many",
	);
	await until(() => stream.viewers === 64, "the rest watch");
	assert.ok(lines.some((line) => line.includes("too many viewers")));
});
