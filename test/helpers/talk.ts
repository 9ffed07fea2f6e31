import { setTimeout as sleep } from "node:timers/promises";
import { patienceMs } from "./patience.ts";

export type Law = "PCMU" | "PCMA";

/** What one packet holds: 20 ms of 8 kHz. */
const samples = 160;

/** G.711's mu-law of a 16-bit sample (ITU-T G.711, table 2). */
export function muLawOf(sample: number): number {
	const sign = sample < 0 ? 0x80 : 0;
	const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
	const exponent = Math.floor(Math.log2(magnitude)) - 7;
	const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
	return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** G.711's A-law of a 16-bit sample (ITU-T G.711, table 1). */
function aLaw(sample: number): number {
	const sign = sample < 0 ? 0 : 0x80;
	const magnitude = Math.min(Math.abs(sample), 32_635) >> 3;
	const exponent = magnitude < 32 ? 0 : Math.floor(Math.log2(magnitude)) - 4;
	const mantissa = (magnitude >> Math.max(exponent, 1)) & 0x0f;
	return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

/** The nth RTP packet of a steady tone; sequence numbers and timestamps wrap on the way. */
export function tonePacket(n: number, hertz: number, law: Law): Buffer {
	const packet = Buffer.alloc(12 + samples);
	packet.writeUInt8(0x80, 0);
	packet.writeUInt8(law === "PCMU" ? 0 : 8, 1);
	packet.writeUInt16BE((65_500 + n) & 0xffff, 2);
	packet.writeUInt32BE((0xffff_ff00 + n * samples) >>> 0, 4);
	packet.writeUInt32BE(0x7a1c, 8);
	for (let i = 0; i < samples; i++) {
		const phase = (2 * Math.PI * hertz * (n * samples + i)) / 8000;
		const sample = Math.round(8000 * Math.sin(phase));
		packet.writeUInt8(law === "PCMU" ? muLawOf(sample) : aLaw(sample), 12 + i);
	}
	return packet;
}

/** Says a tone for so long, in real time. */
export async function sayTone(
	send: (packet: Buffer) => void,
	{ seconds, hertz, law }: { seconds: number; hertz: number; law: Law },
): Promise<void> {
	const begin = performance.now();
	for (let n = 0; n < seconds * 50; n++) {
		await inTurn(begin + n * 20);
		send(tonePacket(n, hertz, law));
	}
}

/** A sender that is late for all its packets, on a busy machine, must let go for them to leave at all. */
const inTurn = (at: number) => sleep(Math.max(0, at - performance.now()));

/** Says one tone without a break, in real time, until `heard` or patience ends; answers whether it was. */
export async function sayToneUntil(
	heard: () => boolean,
	send: (packet: Buffer) => void,
	{ hertz, law }: { hertz: number; law: Law },
): Promise<boolean> {
	const begin = performance.now();
	for (let n = 0; performance.now() < begin + patienceMs; n++) {
		if (n % 10 === 0 && heard()) return true;
		await inTurn(begin + n * 20);
		send(tonePacket(n, hertz, law));
	}
	return heard();
}

/** 16-bit samples, little-endian, of mu-law. */
export function fromMuLaw(octets: Buffer): Buffer {
	const pcm = Buffer.alloc(2 * octets.length);
	for (const [i, octet] of octets.entries()) {
		const inverted = ~octet & 0xff;
		const exponent = (inverted >> 4) & 7;
		const magnitude = (((inverted & 0x0f) * 2 + 33) << (exponent + 2)) - 132;
		pcm.writeInt16LE(inverted & 0x80 ? -magnitude : magnitude, 2 * i);
	}
	return pcm;
}
