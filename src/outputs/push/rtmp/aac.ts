import { payloadOffset } from "../../../media/rtp/packet.ts";
import type { Frame, RtpDescription } from "../../../media/types.ts";

/** AAC-hbr (RFC 3640, 3.3.6). */
const headerBits = 16;
const indexBits = 3;
/** Of one AAC frame, by the standard. */
export const samplesPerUnit = 1024;

/** AudioSpecificConfig from what SDP says; undefined for sound that is no AAC that we know to take apart. */
export function aacConfigOf({
	encodingName,
	fmtp = "",
}: RtpDescription): Buffer | undefined {
	if (encodingName !== "MPEG4-GENERIC") return undefined;
	const value = (name: string) =>
		new RegExp(`(?:^|;)\\s*${name}=([^;\\s]+)`, "i").exec(fmtp)?.[1];
	if (value("mode")?.toLowerCase() !== "aac-hbr") return undefined;
	const config = Buffer.from(value("config") ?? "", "hex");
	return config.length >= 2 ? config : undefined;
}

/** The access units of a frame's packets, whole ones (RFC 3640, 3.2); what is broken is left out. */
export function aacUnits({ interleaved, packets }: Frame): Buffer[] {
	return packets.flatMap((start, index) => {
		const next = packets[index + 1];
		const end = next === undefined ? interleaved.length : next - 4;
		const packet = interleaved.subarray(start, end);
		return unitsOf(packet.subarray(payloadOffset(packet)));
	});
}

function unitsOf(payload: Buffer): Buffer[] {
	if (payload.length < 4) return [];
	const count = Math.floor(payload.readUInt16BE() / headerBits);
	let at = 2 + count * 2;
	if (at > payload.length) return [];
	const units: Buffer[] = [];
	for (let index = 0; index < count; index++) {
		const size = payload.readUInt16BE(2 + index * 2) >> indexBits;
		if (size === 0 || at + size > payload.length) return units;
		units.push(payload.subarray(at, at + size));
		at += size;
	}
	return units;
}
