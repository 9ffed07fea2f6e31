/** What a sender report says (RFC 3550, 6.4.1). */
export interface SenderReport {
	readonly ssrc: number;
	/** Wall-clock time, ms since 1970. */
	readonly now: number;
	/** What the stream's RTP clock shows at `now`. */
	readonly rtpTimestamp: number;
	/** Packets and payload octets sent so far; both wrap at 32 bits. */
	readonly packets: number;
	readonly octets: number;
}

/** Seconds from 1900 to 1970. */
const ntpEpoch = 2_208_988_800;

/** A 64-bit NTP timestamp as seconds and fraction (RFC 3550, 4). */
export function ntpTime(now: number): [seconds: number, fraction: number] {
	const seconds = Math.floor(now / 1000);
	const fraction = Math.floor(((now - seconds * 1000) / 1000) * 2 ** 32);
	return [(seconds + ntpEpoch) >>> 0, fraction >>> 0];
}

/** The middle 32 bits of an NTP timestamp: what LSR and round-trip times count in, 1/65536 s. */
export function ntpMiddle(now: number): number {
	const [seconds, fraction] = ntpTime(now);
	return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

/** A compound packet of SR and SDES CNAME (RFC 3550, 6.1), and of BYE where the stream ends. */
export function writeSenderReport(
	report: SenderReport,
	cname: string,
	bye = false,
): Buffer {
	const name = Buffer.from(cname).subarray(0, 255);
	const chunk = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
	const packet = Buffer.alloc(28 + 4 + chunk + (bye ? 8 : 0));
	const [seconds, fraction] = ntpTime(report.now);
	header(packet, 0, 0, 200, 28);
	packet.writeUInt32BE(report.ssrc, 4);
	packet.writeUInt32BE(seconds, 8);
	packet.writeUInt32BE(fraction, 12);
	packet.writeUInt32BE(report.rtpTimestamp >>> 0, 16);
	packet.writeUInt32BE(report.packets >>> 0, 20);
	packet.writeUInt32BE(report.octets >>> 0, 24);
	header(packet, 28, 1, 202, 4 + chunk);
	packet.writeUInt32BE(report.ssrc, 32);
	packet.writeUInt8(1, 36);
	packet.writeUInt8(name.length, 37);
	name.copy(packet, 38);
	if (bye) {
		header(packet, 32 + chunk, 1, 203, 8);
		packet.writeUInt32BE(report.ssrc, 36 + chunk);
	}
	return packet;
}

function header(
	packet: Buffer,
	at: number,
	count: number,
	type: number,
	length: number,
): void {
	packet.writeUInt8(0x80 | count, at);
	packet.writeUInt8(type, at + 1);
	packet.writeUInt16BE(length / 4 - 1, at + 2);
}
