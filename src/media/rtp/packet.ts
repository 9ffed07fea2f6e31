/** Fields of an RTP header (RFC 3550, 5.1), read in place. */

export const rtpHeaderLength = 12;

/** Whether `packet` can be read as RTP version 2 with its whole header. */
export function isRtp(packet: Buffer): boolean {
	return packet.length > rtpHeaderLength && packet.readUInt8(0) >> 6 === 2;
}

export function marker(packet: Buffer): boolean {
	return (packet.readUInt8(1) & 0x80) !== 0;
}

export function payloadType(packet: Buffer): number {
	return packet.readUInt8(1) & 0x7f;
}

export function timestamp(packet: Buffer): number {
	return packet.readUInt32BE(4);
}

/** Offset of the payload: behind the CSRC list and the header extension. */
export function payloadOffset(packet: Buffer): number {
	const first = packet.readUInt8(0);
	let offset = rtpHeaderLength + 4 * (first & 0x0f);
	if (first & 0x10 && packet.length >= offset + 4)
		offset += 4 + 4 * packet.readUInt16BE(offset + 2);
	return Math.min(offset, packet.length);
}

/** Writes what the hub owns of a header: sequence number, timestamp, SSRC. */
export function rewrite(
	packet: Buffer,
	offset: number,
	sequenceNumber: number,
	rtpTimestamp: number,
	ssrc: number,
): void {
	packet.writeUInt16BE(sequenceNumber, offset + 2);
	packet.writeUInt32BE(rtpTimestamp, offset + 4);
	packet.writeUInt32BE(ssrc, offset + 8);
}
