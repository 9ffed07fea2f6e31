/**
 * Takes RTP packets out of a byte stream in which each stands behind its 16-bit length (RFC 4571, 2):
 * what GStreamer's `rtpstreampay` writes.
 * Packets are views of the chunks where they lie whole in one; they are valid until the next turn of the event loop
 * only in so far as nobody writes to the chunk, which Node does not.
 */
export class Deframer {
	#rest: Buffer | undefined;
	readonly #packet: (packet: Buffer) => void;

	constructor(packet: (packet: Buffer) => void) {
		this.#packet = packet;
	}

	push(chunk: Buffer): void {
		const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
		let at = 0;
		while (data.length - at >= 2) {
			const end = at + 2 + data.readUInt16BE(at);
			if (end > data.length) break;
			this.#packet(data.subarray(at + 2, end));
			at = end;
		}
		this.#rest = at < data.length ? data.subarray(at) : undefined;
	}
}
