import { payloadOffset } from "../rtp/packet.ts";
import type { Frame } from "../types.ts";
import type { Sample } from "./fragment.ts";

/** NAL unit types (H.264, table 7-1; RFC 6184, 5.2). */
const sps = 7;
const pps = 8;
/** Access unit delimiter and filler data. */
const leftOut: ReadonlySet<number> = new Set([9, 12]);
const stapA = 24;
const fuA = 28;
const lengthOctets = 4;
/** As many sequence parameter sets as a configuration record counts. */
const maxSets = 31;

/** A NAL unit in the pieces that packets carry; `header` where its first octet is in none of them. */
interface Unit {
	readonly header: number | undefined;
	readonly pieces: Buffer[];
	size: number;
}

/**
 * A frame's NAL units, each behind its length (ISO/IEC 14496-15, 5.3.4.2): read from RTP packets (RFC 6184), not yet
 * copied. Parameter sets are for the init segment, and stay before key frames too, as a strict `avc1` would not have it: ffmpeg
 * reads but one init segment of a stream, and learns of new settings by them alone.
 */
export class H264Sample implements Sample {
	readonly key: boolean;
	readonly sps: Buffer[] = [];
	readonly pps: Buffer[] = [];
	readonly #units: Unit[] = [];
	#open: Unit | undefined;

	constructor(frame: Frame) {
		this.key = frame.key;
		for (const [i, start] of frame.packets.entries()) {
			const next = frame.packets[i + 1];
			const end = next === undefined ? frame.interleaved.length : next - 4;
			const packet = frame.interleaved.subarray(start, end);
			this.#payload(packet.subarray(payloadOffset(packet)));
		}
	}

	get size(): number {
		return this.#units.reduce((sum, { size }) => sum + lengthOctets + size, 0);
	}

	write(target: Buffer, from: number): void {
		let at = from;
		for (const { header, pieces, size } of this.#units) {
			at = target.writeUInt32BE(size, at);
			if (header !== undefined) at = target.writeUInt8(header, at);
			for (const piece of pieces) at += piece.copy(target, at);
		}
	}

	#payload(payload: Buffer): void {
		const type = (payload[0] ?? 0) & 0x1f;
		if (type === fuA) this.#fragmentUnit(payload);
		else if (type === stapA) this.#aggregate(payload);
		else if (type > 0 && type < stapA) this.#whole(payload);
	}

	/** RFC 6184, 5.8. */
	#fragmentUnit(payload: Buffer): void {
		const fuHeader = payload[1];
		if (fuHeader === undefined) return;
		if (fuHeader & 0x80) {
			const header = ((payload[0] ?? 0) & 0xe0) | (fuHeader & 0x1f);
			this.#open = { header, pieces: [], size: 1 };
			this.#units.push(this.#open);
		}
		if (!this.#open) return;
		const piece = payload.subarray(2);
		this.#open.pieces.push(piece);
		this.#open.size += piece.length;
		if (fuHeader & 0x40) this.#open = undefined;
	}

	/** RFC 6184, 5.7.1. */
	#aggregate(payload: Buffer): void {
		let at = 1;
		while (at + 2 < payload.length) {
			const end = at + 2 + payload.readUInt16BE(at);
			if (end > payload.length) return;
			this.#whole(payload.subarray(at + 2, end));
			at = end;
		}
	}

	#whole(unit: Buffer): void {
		this.#open = undefined;
		const type = (unit[0] ?? 0) & 0x1f;
		const sets = type === sps ? this.sps : type === pps ? this.pps : undefined;
		if (sets && !addNew(sets, unit)) return;
		if (unit.length === 0 || leftOut.has(type)) return;
		this.#units.push({ header: undefined, pieces: [unit], size: unit.length });
	}
}

/** Encoder and payloader may both put them in. */
function addNew(units: Buffer[], unit: Buffer): boolean {
	if (units.length === maxSets || units.some((one) => one.equals(unit)))
		return false;
	units.push(unit);
	return true;
}
