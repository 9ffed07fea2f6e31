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
	return middle(ntpTime(now));
}

/** The same of a timestamp that came. */
export function middle([
	seconds,
	fraction,
]: ReceivedSenderReport["ntp"]): number {
	return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

/** What a sender report that came says of its stream's time. */
export interface ReceivedSenderReport {
	readonly ssrc: number;
	/** The sender's wall clock as an NTP timestamp; its seconds are 0 where it has none. */
	readonly ntp: readonly [seconds: number, fraction: number];
	readonly rtpTimestamp: number;
}

/** The sender report with which a compound packet begins (RFC 3550, 6.4.1); undefined where it begins otherwise. */
export function readSenderReport(
	packet: Buffer,
): ReceivedSenderReport | undefined {
	if (packet.length < 28 || packet.readUInt8(0) >> 6 !== 2) return undefined;
	if (packet.readUInt8(1) !== 200) return undefined;
	return {
		ssrc: packet.readUInt32BE(4),
		ntp: [packet.readUInt32BE(8), packet.readUInt32BE(12)],
		rtpTimestamp: packet.readUInt32BE(16),
	};
}

/** A compound packet of SR and SDES CNAME (RFC 3550, 6.1), and of BYE where the stream ends. */
export function writeSenderReport(
	report: SenderReport,
	cname: string,
	bye = false,
): Buffer {
	const packet = Buffer.alloc(28 + nameLength(cname) + (bye ? 8 : 0));
	const [seconds, fraction] = ntpTime(report.now);
	header(packet, 0, 0, 200, 28);
	packet.writeUInt32BE(report.ssrc, 4);
	packet.writeUInt32BE(seconds, 8);
	packet.writeUInt32BE(fraction, 12);
	packet.writeUInt32BE(report.rtpTimestamp >>> 0, 16);
	packet.writeUInt32BE(report.packets >>> 0, 20);
	packet.writeUInt32BE(report.octets >>> 0, 24);
	const end = writeName(packet, 28, report.ssrc, cname);
	if (bye) {
		header(packet, end, 1, 203, 8);
		packet.writeUInt32BE(report.ssrc, end + 4);
	}
	return packet;
}

/** What is told of a stream that is received (RFC 3550, 6.4.1). */
export interface ReceptionBlock {
	readonly ssrc: number;
	/** Of 256, since the report before. */
	readonly fractionLost: number;
	/** Negative when more came than was expected. */
	readonly cumulativeLost: number;
	/** Extended: with the times that it wrapped. */
	readonly highest: number;
	/** In units of the RTP clock. */
	readonly jitter: number;
	/** The middle of the NTP time of the sender's last report, and since when it is here in 1/65536 s; both 0 for none. */
	readonly lastReport: number;
	readonly sinceLastReport: number;
}

/** A compound packet of RR and SDES CNAME; without a block it says only that we are there (RFC 3550, 6.4.2). */
export function writeReceiverReport(
	ssrc: number,
	block: ReceptionBlock | undefined,
	cname: string,
): Buffer {
	const length = block ? 32 : 8;
	const packet = Buffer.alloc(length + nameLength(cname));
	header(packet, 0, block ? 1 : 0, 201, length);
	packet.writeUInt32BE(ssrc, 4);
	if (block) writeBlock(packet, block);
	writeName(packet, length, ssrc, cname);
	return packet;
}

function writeBlock(packet: Buffer, block: ReceptionBlock): void {
	packet.writeUInt32BE(block.ssrc, 8);
	packet.writeUInt8(Math.floor(block.fractionLost), 12);
	packet.writeIntBE(block.cumulativeLost, 13, 3);
	packet.writeUInt32BE(block.highest, 16);
	packet.writeUInt32BE(block.jitter >>> 0, 20);
	packet.writeUInt32BE(block.lastReport, 24);
	packet.writeUInt32BE(block.sinceLastReport >>> 0, 28);
}

const nameOctets = (cname: string) => Buffer.from(cname).subarray(0, 255);

/** Of an SDES packet with one CNAME. */
function nameLength(cname: string): number {
	return 4 + Math.ceil((4 + 2 + nameOctets(cname).length + 1) / 4) * 4;
}

/** Answers where it ends. */
function writeName(
	packet: Buffer,
	at: number,
	ssrc: number,
	cname: string,
): number {
	const name = nameOctets(cname);
	const length = nameLength(cname);
	header(packet, at, 1, 202, length);
	packet.writeUInt32BE(ssrc, at + 4);
	packet.writeUInt8(1, at + 8);
	packet.writeUInt8(name.length, at + 9);
	name.copy(packet, at + 10);
	return at + length;
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
