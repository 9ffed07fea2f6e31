import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { isRtp } from "../../src/media/rtp/packet.ts";
import { systemClock } from "../../src/system/clock.ts";
import { lookAtPicture } from "../../src/webcam/look.ts";
import { RtpSource } from "../../src/webcam/rtp-source.ts";
import { until } from "../helpers/media.ts";
import { patienceMs } from "../helpers/patience.ts";
import { encode } from "../rtsp/encoded-stream.ts";

async function listening(t: TestContext, host = "127.0.0.1") {
	const probe = createSocket("udp4").bind(0, "127.0.0.1");
	await once(probe, "listening");
	const { port } = probe.address();
	probe.close();
	await once(probe, "close");
	const lines: string[] = [];
	const note = (message: string, fields: unknown) =>
		void lines.push(`${message} ${JSON.stringify(fields)}`);
	let elapsed = 0;
	const source = new RtpSource(
		{ host, port, track: undefined },
		{
			clock: {
				...systemClock,
				monotonic: () => performance.now() + elapsed,
			},
			log: { info: note, warn: note, error: note },
		},
	);
	source.acquire();
	t.after(() => source.stop());
	return {
		...{ source, port, lines },
		goBy(ms: number) {
			elapsed += ms;
		},
	};
}

/** Sends a stream over and over until the test ends. */
function sender(
	t: TestContext,
	port: number,
	encoding: "H264" | "JPEG",
	ssrc: number,
) {
	const { frames } = encode(encoding);
	const packets = frames.flatMap(({ interleaved, packets }) =>
		packets.map((start, index) => {
			const next = packets[index + 1];
			return Buffer.from(
				interleaved.subarray(start, next === undefined ? undefined : next - 4),
			);
		}),
	);
	const socket = createSocket("udp4");
	let at = 0;
	const timer = setInterval(() => {
		for (let n = 0; n < 5; n++) {
			const packet = Buffer.from(
				packets[at % packets.length] ?? Buffer.alloc(0),
			);
			assert.ok(isRtp(packet));
			packet.writeUInt16BE(at & 0xffff, 2);
			packet.writeUInt32BE(ssrc, 8);
			socket.send(packet, port, "127.0.0.1");
			at += 1;
		}
	}, 5);
	const stop = () => clearInterval(timer);
	t.after(() => {
		stop();
		socket.close();
	});
	return { stop };
}

for (const encoding of ["JPEG", "H264"] as const)
	test(`${encoding} at a port, without a word about it`, async (t) => {
		const { source, port } = await listening(t);
		sender(t, port, encoding, 1);
		const session = await source.session(AbortSignal.timeout(patienceMs));
		assert.equal(session.track.encoding, encoding);
		const picture = await lookAtPicture(
			session,
			AbortSignal.timeout(patienceMs),
		);
		assert.deepEqual([picture.width, picture.height], [320, 240]);
	});

test("one sender at a time; when it is silent another may follow", async (t) => {
	const { source, port, lines, goBy } = await listening(t);
	const first = sender(t, port, "JPEG", 1);
	const one = await source.session(AbortSignal.timeout(patienceMs));
	sender(t, port, "H264", 2);
	let frames = 0;
	one.subscribe(() => void frames++);
	await until(() => frames > 20, "the first one's pictures");
	assert.ok(!one.ended.aborted);
	first.stop();
	await until(() => {
		goBy(500);
		return one.ended.aborted;
	}, "the first one is over");
	const other = await source.session(AbortSignal.timeout(patienceMs));
	assert.equal(other.track.encoding, "H264");
	assert.ok(
		lines.some((line) => line.includes(`no RTP packets come to port ${port}`)),
		`${lines}`,
	);
});

test("an address that is not this host's is told of once", async (t) => {
	const { lines } = await listening(t, "192.0.2.1");
	await until(() => lines.length > 0, "it is told");
	assert.match(lines[0] ?? "", /192\.0\.2\.1 is no address of this host/);
});
