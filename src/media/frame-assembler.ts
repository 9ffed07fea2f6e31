import type { StreamFormat } from "./formats/format.ts";
import { isRtp, payloadOffset, rewrite, timestamp } from "./rtp/packet.ts";
import type { Frame, StartPoint } from "./types.ts";

const interleavedHeader = 4;
/** A picture of more packets than this is no picture; it bounds what a broken encoder can make us hold. */
const maxPacketsPerFrame = 8192;

/**
 * Gathers an encoder's packets into frames and gives them the stream's own SSRC, sequence numbers and timestamps,
 * which go on unbroken when an encoder is replaced by the next one.
 */
export class FrameAssembler {
	readonly #ssrc: number;
	#sequenceNumber: number;
	#timestampOffset: number | undefined;
	#lastTimestamp: number | undefined;
	#step = 0;
	#behind = 0;
	#pending: Buffer[] = [];
	#octets = 0;

	constructor(ssrc: number, firstSequenceNumber: number) {
		this.#ssrc = ssrc;
		this.#sequenceNumber = firstSequenceNumber;
	}

	/** Where the next frame will be, if it lasts as long as the last one; undefined before the first. */
	get next(): StartPoint | undefined {
		if (this.#lastTimestamp === undefined) return undefined;
		return {
			sequenceNumber: this.#sequenceNumber,
			rtpTimestamp: (this.#lastTimestamp + this.#step) >>> 0,
		};
	}

	get sequenceNumber(): number {
		return this.#sequenceNumber;
	}

	/** Ticks from what its encoder says of the latest frame to when it was taken. */
	get behind(): number {
		return this.#behind;
	}

	/** The next packet comes from another encoder; half a frame of the old one is forgotten. */
	restart(): void {
		this.#pending = [];
		this.#octets = 0;
		this.#timestampOffset = undefined;
		this.#step = 0;
	}

	/**
	 * `taken` is what the stream's clock showed when the frame was taken, or came, as far as is known. From an encoder's
	 * first frame on its own timestamps count.
	 */
	add(
		packet: Buffer,
		format: StreamFormat,
		taken: () => number,
	): Frame | undefined {
		if (!isRtp(packet)) return undefined;
		this.#pending.push(packet);
		this.#octets += interleavedHeader + packet.length;
		if (!format.endsFrame(packet)) {
			if (this.#pending.length > maxPacketsPerFrame) this.restart();
			return undefined;
		}
		const time = taken();
		this.#timestampOffset ??= (time - timestamp(packet)) >>> 0;
		const told = (timestamp(packet) + this.#timestampOffset) >>> 0;
		this.#behind = (time - told) | 0;
		const rtpTimestamp = this.#later(told, format.timestampsRepeat === true);
		const key = format.inspect(this.#pending);
		const frame = { ...this.#write(rtpTimestamp), key };
		this.#pending = [];
		this.#octets = 0;
		return frame;
	}

	/**
	 * Two frames with one timestamp are one picture to a player. It comes to that when frames were held up and arrive
	 * together, and when an encoder's first frame was late, so that its others ran ahead of the stream's clock.
	 */
	#later(wanted: number, mayRepeat: boolean): number {
		const last = this.#lastTimestamp;
		const least = mayRepeat ? 0 : 1;
		const late = last !== undefined && ((wanted - last) | 0) < least;
		const rtpTimestamp = late ? (last + 1) >>> 0 : wanted;
		this.#step = last === undefined || late ? 0 : (rtpTimestamp - last) >>> 0;
		this.#lastTimestamp = rtpTimestamp;
		return rtpTimestamp;
	}

	#write(rtpTimestamp: number): Omit<Frame, "key"> {
		const interleaved = Buffer.allocUnsafe(this.#octets);
		const packets: number[] = [];
		const sequenceNumber = this.#sequenceNumber;
		let payloadOctets = 0;
		let at = 0;
		for (const packet of this.#pending) {
			interleaved.writeUInt16BE(0x2400, at);
			interleaved.writeUInt16BE(packet.length, at + 2);
			at += interleavedHeader;
			packet.copy(interleaved, at);
			rewrite(interleaved, at, this.#sequenceNumber, rtpTimestamp, this.#ssrc);
			packets.push(at);
			at += packet.length;
			payloadOctets += packet.length - payloadOffset(packet);
			this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
		}
		return {
			interleaved,
			packets,
			rtpTimestamp,
			sequenceNumber,
			payloadOctets,
		};
	}
}
