import { batchPackets, type Paced, type Pacer } from "./pacer.ts";

/** One viewer's packets on their way to its socket: few go at once, many in batches, in order. */
export class PacedPackets implements Paced {
	readonly #pacer: Pacer;
	readonly #send: (packet: Buffer) => void;
	#waiting: Buffer[] = [];
	#sent = 0;
	#octets = 0;
	#closed = false;

	constructor(pacer: Pacer, send: (packet: Buffer) => void) {
		this.#pacer = pacer;
		this.#send = send;
	}

	/** Of those that wait. */
	get octets(): number {
		return this.#octets;
	}

	push(packets: readonly Buffer[]): void {
		if (this.#closed) return;
		if (this.#waiting.length === 0 && packets.length <= batchPackets)
			for (const packet of packets) this.#send(packet);
		else this.later(packets);
	}

	/** They wait in any case. */
	later(packets: readonly Buffer[]): void {
		if (this.#closed) return;
		for (const packet of packets) {
			this.#waiting.push(packet);
			this.#octets += packet.length;
		}
		this.#pacer.add(this);
	}

	pump(): boolean {
		const end = Math.min(this.#sent + batchPackets, this.#waiting.length);
		for (const packet of this.#waiting.slice(this.#sent, end)) {
			this.#octets -= packet.length;
			this.#send(packet);
		}
		this.#sent = end;
		if (end < this.#waiting.length) return true;
		this.#waiting = [];
		this.#sent = 0;
		return false;
	}

	/** What waits is left out. Idempotent. */
	close(): void {
		this.#closed = true;
		this.#waiting = [];
		this.#sent = 0;
		this.#octets = 0;
		this.#pacer.remove(this);
	}
}
