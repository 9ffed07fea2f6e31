import { payloadOffset } from "../rtp/packet.ts";

/** NAL unit types (H.265, table 7-1; RFC 7798, 4.4). */
const firstKeyType = 16;
const lastKeyType = 21;
const setTypes = new Set([32, 33, 34]);
const aggregation = 48;
const fragmentation = 49;

export interface HevcUnit {
	/** A decoder can start here, with the parameter sets. */
	readonly key: boolean;
	/** VPS, SPS and PPS that it brings along. */
	readonly sets: readonly Buffer[];
}

const typeOf = (octet: number) => (octet >> 1) & 0x3f;
const isKey = (type: number) => type >= firstKeyType && type <= lastKeyType;

/** The NAL units of an aggregation packet, as far as they are whole. */
function aggregated(payload: Buffer): Buffer[] {
	const units: Buffer[] = [];
	let at = 2;
	while (at + 2 < payload.length) {
		const end = at + 2 + payload.readUInt16BE(at);
		if (end > payload.length || end < at + 4) break;
		units.push(payload.subarray(at + 2, end));
		at = end;
	}
	return units;
}

/** What the packets of one picture hold. */
export function hevcUnit(packets: readonly Buffer[]): HevcUnit {
	let key = false;
	const sets: Buffer[] = [];
	for (const packet of packets) {
		const payload = packet.subarray(payloadOffset(packet));
		if (payload.length < 3) continue;
		const type = typeOf(payload.readUInt8(0));
		if (type === fragmentation) {
			key ||= isKey(payload.readUInt8(2) & 0x3f);
			continue;
		}
		for (const unit of type === aggregation ? aggregated(payload) : [payload]) {
			const inner = typeOf(unit.readUInt8(0));
			key ||= isKey(inner);
			if (setTypes.has(inner)) sets.push(Buffer.from(unit));
		}
	}
	return { key, sets };
}
