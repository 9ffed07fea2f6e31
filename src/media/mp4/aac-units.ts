import { payloadOffset } from "../rtp/packet.ts";
import type { Frame } from "../types.ts";
import type { Sample } from "./fragment.ts";

const headerOctets = 2;

/**
 * The AAC frames of an RTP frame, as AAC-hbr carries them (RFC 3640, 3.2 and 3.3.6): the headers' length in bits, a
 * header of 16 bits for each, whose upper 13 are its size, then the frames. One in several packets is left out: at any
 * bit rate of ours a frame fits into one.
 */
export function aacUnits(frame: Frame): Buffer[] {
	const units: Buffer[] = [];
	for (const [i, start] of frame.packets.entries()) {
		const next = frame.packets[i + 1];
		const end = next === undefined ? frame.interleaved.length : next - 4;
		const packet = frame.interleaved.subarray(start, end);
		units.push(...unitsOf(packet.subarray(payloadOffset(packet))));
	}
	return units;
}

function unitsOf(payload: Buffer): Buffer[] {
	if (payload.length < headerOctets) return [];
	const count = Math.floor(payload.readUInt16BE() / 8 / headerOctets);
	let at = headerOctets * (1 + count);
	if (at > payload.length) return [];
	const units: Buffer[] = [];
	for (let i = 1; i <= count; i++) {
		const size = payload.readUInt16BE(headerOctets * i) >> 3;
		if (size === 0 || at + size > payload.length) return units;
		units.push(payload.subarray(at, at + size));
		at += size;
	}
	return units;
}

/** Each stands for itself. */
export function aacSample(unit: Buffer): Sample {
	return {
		size: unit.length,
		key: true,
		write: (target, at) => void unit.copy(target, at),
	};
}
