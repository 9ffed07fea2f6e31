import type {
	Attachment,
	Frame,
	Output,
	StartPoint,
	Stream,
	StreamDescription,
	VideoDescription,
} from "../../src/media/types.ts";

/** A stream that a test feeds by hand. */
export class FakeStream implements Stream {
	readonly token = "encoder";
	readonly ssrc: number;
	next: StartPoint = { sequenceNumber: 0, rtpTimestamp: 0 };
	/** What `attach` gives. */
	backlog: readonly Frame[] = [];
	keyFrameRequests = 0;
	frames = 0;
	trouble: string | undefined;
	description: StreamDescription | Error;
	readonly #outputs = new Set<Output>();

	constructor(
		description: StreamDescription | Error = h264Description,
		ssrc = 0xcafe1234,
	) {
		this.description = description;
		this.ssrc = ssrc;
	}

	get viewers(): number {
		return this.#outputs.size;
	}

	async describe(): Promise<StreamDescription> {
		if (this.description instanceof Error) throw this.description;
		return this.description;
	}

	attach(output: Output): Attachment {
		this.#outputs.add(output);
		return {
			backlog: this.backlog,
			detach: () => void this.#outputs.delete(output),
		};
	}

	requestKeyFrame(): void {
		this.keyFrameRequests++;
	}

	rtpTimestampAt(now: number): number {
		return Math.floor(now * 90) >>> 0;
	}

	feed(frame: Frame): void {
		this.frames++;
		for (const output of this.#outputs) output.frame(frame);
	}

	end(reason: string): void {
		for (const output of [...this.#outputs]) output.end(reason);
	}
}

export const h264Description: VideoDescription = {
	media: "video",
	channels: undefined,
	encodingName: "H264",
	payloadType: 96,
	clockRate: 90000,
	fmtp: "packetization-mode=1;profile-level-id=42c01e",
	width: 320,
	height: 240,
	frameRate: 25,
	bitrateKbit: 500,
};

export interface FrameSpec {
	readonly key?: boolean;
	readonly sequenceNumber?: number;
	readonly rtpTimestamp?: number;
	/** Octets of each packet's payload. */
	readonly payloads?: readonly number[];
}

/** A frame of RTP packets whose payloads are zeros. */
export function makeFrame(spec: FrameSpec = {}): Frame {
	const { key = false, sequenceNumber = 1, rtpTimestamp = 0 } = spec;
	const payloads = spec.payloads ?? [100];
	const bodies = payloads.map((size, index) => {
		const packet = Buffer.alloc(12 + size);
		packet.writeUInt8(0x80, 0);
		packet.writeUInt8(index === payloads.length - 1 ? 96 | 0x80 : 96, 1);
		packet.writeUInt16BE((sequenceNumber + index) & 0xffff, 2);
		packet.writeUInt32BE(rtpTimestamp >>> 0, 4);
		packet.writeUInt32BE(0xcafe1234, 8);
		return packet;
	});
	return frameOf(bodies, key);
}

/** A frame of whole RTP packets. */
export function frameOf(rtp: readonly Buffer[], key: boolean): Frame {
	const packets: number[] = [];
	const parts: Buffer[] = [];
	let at = 0;
	for (const packet of rtp) {
		const prefix = Buffer.from([0x24, 0, 0, 0]);
		prefix.writeUInt16BE(packet.length, 2);
		parts.push(prefix, packet);
		packets.push(at + 4);
		at += 4 + packet.length;
	}
	const first = rtp[0] ?? Buffer.alloc(12);
	return {
		interleaved: Buffer.concat(parts),
		packets,
		key,
		rtpTimestamp: first.readUInt32BE(4),
		sequenceNumber: first.readUInt16BE(2),
		payloadOctets: rtp.reduce((sum, packet) => sum + packet.length - 12, 0),
	};
}
