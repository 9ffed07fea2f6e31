import { payloadOffset } from "./packet.ts";

/** NAL unit types that matter here (H.264, table 7-1; RFC 6184, 5.4). */
const idrSlice = 5;
const sps = 7;
const pps = 8;
const stapA = 24;
const fuA = 28;

/** What SDP needs of a stream's parameter sets (RFC 6184, 8.1). */
export interface ParameterSets {
	readonly sps: Buffer;
	readonly pps: Buffer;
}

/** Collects what the packets of one access unit hold: key frame or not, and its parameter sets. */
export class AccessUnit {
	key = false;
	sps: Buffer | undefined;
	pps: Buffer | undefined;

	add(packet: Buffer): void {
		const start = payloadOffset(packet);
		if (packet.length - start < 2) return;
		const type = packet.readUInt8(start) & 0x1f;
		if (type === fuA) this.#nal(packet.readUInt8(start + 1) & 0x1f, undefined);
		else if (type === stapA) this.#aggregate(packet, start + 1);
		else this.#nal(type, packet.subarray(start));
	}

	#aggregate(packet: Buffer, from: number): void {
		let at = from;
		while (at + 2 < packet.length) {
			const end = at + 2 + packet.readUInt16BE(at);
			if (end > packet.length || end === at + 2) return;
			this.#nal(packet.readUInt8(at + 2) & 0x1f, packet.subarray(at + 2, end));
			at = end;
		}
	}

	#nal(type: number, unit: Buffer | undefined): void {
		if (type === idrSlice) this.key = true;
		else if (type === sps && unit) this.sps = unit;
		else if (type === pps && unit) this.pps = unit;
	}
}

/** The `a=fmtp` parameters of RFC 6184, 8.1: packetization mode 1, profile and level, parameter sets. */
export function h264Fmtp(sets: ParameterSets): string {
	const profileLevelId = sets.sps.toString("hex", 1, 4).toUpperCase();
	const sprop = [sets.sps, sets.pps]
		.map((unit) => unit.toString("base64"))
		.join(",");
	return `packetization-mode=1;profile-level-id=${profileLevelId};sprop-parameter-sets=${sprop}`;
}
