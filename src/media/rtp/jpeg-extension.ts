import {
	type JpegSize,
	segmentsIn,
	sizeIn,
	startOfFrame,
} from "./jpeg-markers.ts";
import { payloadOffset, rtpHeaderLength } from "./packet.ts";

/*
 * ONVIF's RTP header extension for JPEG (Streaming spec, "JPEG over RTP"): segments of the file's head, for what RFC 2435
 * cannot say, such as sides of more than 255 blocks of 8 pixels.
 */

/** Stands in the extension's first 16 bits in a picture's first packet: JPEG's own first marker. */
const initial = 0xffd8;
/** The longest side that RTP/JPEG's own header can tell, in pixels (RFC 2435, 3.1.5). */
const longestSide = 2040;

/** Whether pictures of this size need the extension: their RTP/JPEG header says 0x0. */
export function needsExtension({ width, height }: JpegSize): boolean {
	return width > longestSide || height > longestSide;
}

/** A picture's first packet with its size in the extension; any other packet as it is. */
export function withFrameSize(packet: Buffer, size: JpegSize): Buffer {
	const at = payloadOffset(packet);
	const isPlain = packet.readUInt8(0) === 0x80;
	if (!isPlain || packet.length < at + 8 || packet.readUIntBE(at + 1, 3) !== 0)
		return packet;
	const frame = startOfFrame(
		packet.readUInt8(at + 4),
		size,
		tablesIn(packet, at),
	);
	const words = Math.ceil(frame.length / 4);
	// Octets of 0xff fill it up: they may stand before the next marker.
	const extension = Buffer.alloc(4 + 4 * words, 0xff);
	extension.writeUInt16BE(initial, 0);
	extension.writeUInt16BE(words, 2);
	frame.copy(extension, 4);
	const head = Buffer.from(packet.subarray(0, rtpHeaderLength));
	head.writeUInt8(0x90, 0);
	return Buffer.concat([head, extension, packet.subarray(rtpHeaderLength)]);
}

/** How many quantisation tables a first packet brings (RFC 2435, 3.1.8): one may serve for all, two are usual. */
function tablesIn(packet: Buffer, at: number): number {
	const restart = packet.readUInt8(at + 4) >= 64 ? 4 : 0;
	const lengthAt = at + 8 + restart + 2;
	if (packet.readUInt8(at + 5) < 128 || packet.length < lengthAt + 2) return 2;
	return Math.floor(packet.readUInt16BE(lengthAt) / 64);
}

/** What a picture's first packet brings for its file's head; undefined without such an extension. */
export function extensionOf(packet: Buffer): Buffer | undefined {
	const first = packet.readUInt8(0);
	const at = rtpHeaderLength + 4 * (first & 0x0f);
	if ((first & 0x10) === 0 || packet.length < at + 4) return undefined;
	return packet.readUInt16BE(at) === initial
		? packet.subarray(at + 4, payloadOffset(packet))
		: undefined;
}

/** The size that a picture's first packet tells; undefined when it tells none. */
export function jpegSize(packet: Buffer): JpegSize | undefined {
	for (const { code, body } of segmentsIn(extensionOf(packet) ?? Buffer.of())) {
		const size = sizeIn(code, body);
		if (size) return size;
	}
	const at = payloadOffset(packet);
	if (packet.length < at + 8) return undefined;
	const width = packet.readUInt8(at + 6) * 8;
	const height = packet.readUInt8(at + 7) * 8;
	return width > 0 && height > 0 ? { width, height } : undefined;
}
