import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";
import type { Frame, StreamDescription } from "../../src/media/types.ts";
import { FakeStream, frameOf, h264Description } from "./fake-stream.ts";

export interface Encoded {
	readonly description: StreamDescription;
	readonly frames: readonly Frame[];
}

/** Two seconds of 25 frames a second, really encoded: H.264 with a key frame a second, or JPEG. */
export function encode(
	encodingName: "H264" | "JPEG",
	{ width, height } = { width: 320, height: 240 },
): Encoded {
	const raw = `video/x-raw,format=I420,width=${width},height=${height},framerate=25/1`;
	const encoder =
		encodingName === "H264"
			? "x264enc tune=zerolatency threads=1 speed-preset=ultrafast key-int-max=25 bframes=0 bitrate=500 ! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 aggregate-mode=none pt=96"
			: "jpegenc ! rtpjpegpay pt=26";
	const line = `-q videotestsrc pattern=ball num-buffers=50 ! ${raw} ! ${encoder} ! rtpstreampay ! fdsink fd=1`;
	const run = spawnSync("gst-launch-1.0", line.split(" "), {
		maxBuffer: 1 << 26,
	});
	if (run.status !== 0) throw new Error(run.stderr.toString());
	const packets: Buffer[] = [];
	for (let at = 0; at < run.stdout.length; ) {
		const end = at + 2 + run.stdout.readUInt16BE(at);
		packets.push(run.stdout.subarray(at + 2, end));
		at = end;
	}
	return encodingName === "H264"
		? h264(packets, { width, height })
		: jpeg(packets);
}

function h264(
	packets: readonly Buffer[],
	size: { readonly width: number; readonly height: number },
): Encoded {
	const nal = (packet: Buffer) => packet.readUInt8(12) & 0x1f;
	const sets = [7, 8].map((type) =>
		packets.find((packet) => nal(packet) === type)?.subarray(12),
	);
	const level = sets[0]?.toString("hex", 1, 4);
	const sprop = sets.map((set) => set?.toString("base64")).join(",");
	const fmtp = `packetization-mode=1;profile-level-id=${level};sprop-parameter-sets=${sprop}`;
	return {
		description: { ...h264Description, ...size, fmtp },
		frames: framesOf(packets, (frame) => frame.some((p) => nal(p) === 7)),
	};
}

function jpeg(packets: readonly Buffer[]): Encoded {
	return {
		description: {
			...h264Description,
			encodingName: "JPEG",
			payloadType: 26,
			fmtp: undefined,
			bitrateKbit: undefined,
		},
		frames: framesOf(packets, () => true),
	};
}

function framesOf(
	packets: readonly Buffer[],
	isKey: (frame: readonly Buffer[]) => boolean,
): Frame[] {
	const frames: Frame[] = [];
	let current: Buffer[] = [];
	for (const packet of packets) {
		current.push(packet);
		if (packet.readUInt8(1) & 0x80) {
			frames.push(frameOf(current, isKey(current)));
			current = [];
		}
	}
	return frames;
}

const frameMs = 1000 / 25;

/** What was encoded, again and again at its frame rate as a camera would; it ends with the test. */
export class LiveStream extends FakeStream {
	fed = 0;
	#encoded: Encoded;
	#at = 0;
	readonly #start = Date.now();
	#sequenceNumber = 0xff00;

	constructor(t: TestContext, encoded: Encoded) {
		super(encoded.description);
		this.#encoded = encoded;
		const begin = performance.now();
		// A timer that is late would make a clock that goes slow: its timestamps would fall behind what reports say.
		const timer = setInterval(() => {
			const due = (performance.now() - begin) / frameMs;
			for (let n = this.fed + 1; n <= due; n++) this.#next();
		}, frameMs);
		t.after(() => clearInterval(timer));
	}

	/** The encoder has new settings from the next frame on. */
	switchTo(encoded: Encoded): void {
		this.#encoded = encoded;
		this.#at = 0;
	}

	override rtpTimestampAt(now: number): number {
		return (0xfffff000 + Math.floor((now - this.#start) * 90)) >>> 0;
	}

	#next(): void {
		const { frames } = this.#encoded;
		const sample = frames[this.#at++ % frames.length];
		if (sample === undefined) return;
		const rtp = sample.packets.map((start, index) => {
			const next = sample.packets[index + 1];
			const end = next === undefined ? sample.interleaved.length : next - 4;
			const packet = Buffer.from(sample.interleaved.subarray(start, end));
			packet.writeUInt16BE(this.#sequenceNumber, 2);
			this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
			packet.writeUInt32BE((0xfffff000 + this.fed * 3600) >>> 0, 4);
			packet.writeUInt32BE(this.ssrc, 8);
			return packet;
		});
		const frame = frameOf(rtp, sample.key);
		this.fed++;
		this.feed(frame);
		this.backlog = frame.key ? [frame] : [...this.backlog, frame];
	}
}
