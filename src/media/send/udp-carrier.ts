import { packetsOf } from "../rtp/frame-packets.ts";
import { PacedPackets } from "../rtp/paced-packets.ts";
import type { Pacer } from "../rtp/pacer.ts";
import type { Frame } from "../types.ts";
import type { RtpCarrier } from "./rtp-output.ts";
import type { UdpWay } from "./udp-way.ts";

/** Sends frames by one way, large ones in batches. */
export class UdpCarrier implements RtpCarrier {
	readonly #way: UdpWay;
	readonly #packets: PacedPackets;
	#closed = false;

	constructor(way: UdpWay, pacer: Pacer) {
		this.#way = way;
		this.#packets = new PacedPackets(pacer, (packet) => way.rtp(packet));
	}

	get queued(): number {
		return this.#closed ? 0 : this.#packets.octets + this.#way.queued;
	}

	frame(frame: Frame): void {
		this.#packets.push(packetsOf(frame));
	}

	rtcp(packet: Buffer): void {
		if (!this.#closed) this.#way.rtcp(packet);
	}

	/** Idempotent. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#packets.close();
		this.#way.close();
	}
}
