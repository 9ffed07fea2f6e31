import { isRtp, marker, timestamp } from "../rtp/packet.ts";

/** Packets of one picture follow each other at once; so long after its last, nothing of it comes. */
const quietMs = 20;
const markerBit = 0x80;

/**
 * Puts the marker behind a picture's last packet only, and the stream's payload type into each:
 * v4l2rtspserver's live555 marks the end of every slice, which would make a picture of each.
 */
export class PicturePackets {
	readonly #payloadType: number;
	readonly #packet: (packet: Buffer) => void;
	#held: Buffer | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor(payloadType: number, packet: (packet: Buffer) => void) {
		this.#payloadType = payloadType;
		this.#packet = packet;
	}

	/** `from` is the server's payload type; packets of others are passed over. The packet is ours from here on. */
	push(packet: Buffer, from: number): void {
		if (!isRtp(packet) || (packet.readUInt8(1) & 0x7f) !== from) return;
		const marked = marker(packet);
		packet.writeUInt8(this.#payloadType, 1);
		const held = this.#take();
		if (held)
			this.#give(held, timestamp(held) === timestamp(packet) ? 0 : markerBit);
		if (!marked) {
			this.#packet(packet);
			return;
		}
		this.#held = packet;
		this.#timer = setTimeout(() => this.#flush(), quietMs);
	}

	/** Nothing more comes; what is held is forgotten. */
	end(): void {
		this.#take();
	}

	#flush(): void {
		const held = this.#take();
		if (held) this.#give(held, markerBit);
	}

	#give(packet: Buffer, mark: number): void {
		packet.writeUInt8(mark | this.#payloadType, 1);
		this.#packet(packet);
	}

	#take(): Buffer | undefined {
		clearTimeout(this.#timer);
		const held = this.#held;
		this.#held = undefined;
		return held;
	}
}
