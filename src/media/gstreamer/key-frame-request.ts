/** SSRC under which we report to the encoder's RTP session; any but its own. */
const reporterSsrc = 0x0e20;

/** An RTCP receiver report with a picture loss indication (RFC 4585, 6.3.1), behind its length (RFC 4571). */
export function keyFrameRequest(mediaSsrc: number): Buffer {
	const message = Buffer.alloc(2 + 8 + 12);
	message.writeUInt16BE(20, 0);
	message.writeUInt16BE(0x80c9, 2);
	message.writeUInt16BE(1, 4);
	message.writeUInt32BE(reporterSsrc, 6);
	message.writeUInt16BE(0x81ce, 10);
	message.writeUInt16BE(2, 12);
	message.writeUInt32BE(reporterSsrc, 14);
	message.writeUInt32BE(mediaSsrc, 18);
	return message;
}
