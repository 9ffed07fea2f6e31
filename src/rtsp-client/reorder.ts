/** The fixed part of an RTP header (RFC 3550, 5.1). */
const headerLength = 12;
/** So many packets behind a missing one are waited through for it. */
const window = 32;

/** Puts packets that came over UDP in order; what does not come within the window is lost. */
export class Reorder {
	readonly #packet: (packet: Buffer) => void;
	readonly #early = new Map<number, Buffer>();
	#next: number | undefined;

	constructor(packet: (packet: Buffer) => void) {
		this.#packet = packet;
	}

	push(packet: Buffer): void {
		if (packet.length < headerLength) return;
		const sequenceNumber = packet.readUInt16BE(2);
		this.#next ??= sequenceNumber;
		const ahead = (sequenceNumber - this.#next) & 0xffff;
		// Late ones are forgotten; from far away on, the server counts anew.
		if (ahead >= 0x8000 && ahead < 0x10000 - window * 4) {
			this.#early.clear();
			this.#next = sequenceNumber;
		} else if (ahead >= 0x8000) return;
		this.#early.set(sequenceNumber, packet);
		this.#deliver();
		while (this.#early.size > window) this.#skip();
	}

	#deliver(): void {
		while (this.#next !== undefined) {
			const packet = this.#early.get(this.#next);
			if (!packet) return;
			this.#early.delete(this.#next);
			this.#next = (this.#next + 1) & 0xffff;
			this.#packet(packet);
		}
	}

	/** Gives up the missing ones before the next that came. */
	#skip(): void {
		const from = this.#next ?? 0;
		let nearest = 0x10000;
		for (const sequenceNumber of this.#early.keys())
			nearest = Math.min(nearest, (sequenceNumber - from) & 0xffff);
		this.#next = (from + nearest) & 0xffff;
		this.#deliver();
	}
}
