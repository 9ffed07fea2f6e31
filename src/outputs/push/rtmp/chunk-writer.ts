import type { RtmpMessage } from "./message.ts";

/** What may stand between a frame's chunks; larger ones cost less. Servers take 65,536 at the least. */
export const ourChunkSize = 4096;
const extended = 0xffffff;

/**
 * A message in chunks (RTMP 1.0, 5.3.1): the first with its whole header, the others with none.
 * @param chunkStream 2 to 63
 */
export function chunks(
	chunkStream: number,
	{ type, streamId, timestamp, payload }: RtmpMessage,
	chunkSize = ourChunkSize,
): Buffer {
	const isExtended = timestamp >= extended;
	const extension = isExtended ? 4 : 0;
	const count = Math.max(1, Math.ceil(payload.length / chunkSize));
	const out = Buffer.allocUnsafe(11 + count * (1 + extension) + payload.length);
	let at = out.writeUInt8(chunkStream, 0);
	at = out.writeUIntBE(isExtended ? extended : timestamp, at, 3);
	at = out.writeUIntBE(payload.length, at, 3);
	at = out.writeUInt8(type, at);
	at = out.writeUInt32LE(streamId, at);
	for (let index = 0; index < count; index++) {
		if (index > 0) at = out.writeUInt8(0xc0 | chunkStream, at);
		if (isExtended) at = out.writeUInt32BE(timestamp, at);
		const from = index * chunkSize;
		at += payload.copy(out, at, from, from + chunkSize);
	}
	return out;
}
