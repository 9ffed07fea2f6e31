import { packetsOf } from "../rtp/frame-packets.ts";
import { batchPackets, type Paced, type Pacer } from "../rtp/pacer.ts";
import type { Frame } from "../types.ts";
import type { RtpCarrier } from "./rtp-output.ts";
import type { UdpWay } from "./udp-way.ts";

/** Sends frames by one way, large ones in batches. */
export class UdpCarrier implements RtpCarrier, Paced {
	readonly #way: UdpWay;
	readonly #pacer: Pacer;
	#waiting: Buffer[] = [];
	#sent = 0;
	#waitingOctets = 0;
	#closed = false;

	constructor(way: UdpWay, pacer: Pacer) {
		this.#way = way;
		this.#pacer = pacer;
	}

	get queued(): number {
		return this.#closed ? 0 : this.#waitingOctets + this.#way.queued;
	}

	frame(frame: Frame): void {
		if (this.#closed) return;
		const packets = packetsOf(frame);
		if (this.#waiting.length === 0 && packets.length <= batchPackets) {
			for (const packet of packets) this.#way.rtp(packet);
			return;
		}
		for (const packet of packets) {
			this.#waiting.push(packet);
			this.#waitingOctets += packet.length;
		}
		this.#pacer.add(this);
	}

	pump(): boolean {
		const end = Math.min(this.#sent + batchPackets, this.#waiting.length);
		for (const packet of this.#waiting.slice(this.#sent, end)) {
			this.#waitingOctets -= packet.length;
			this.#way.rtp(packet);
		}
		this.#sent = end;
		if (end < this.#waiting.length) return true;
		this.#waiting = [];
		this.#sent = 0;
		return false;
	}

	rtcp(packet: Buffer): void {
		if (!this.#closed) this.#way.rtcp(packet);
	}

	/** Idempotent. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#waiting = [];
		this.#pacer.remove(this);
		this.#way.close();
	}
}
