import { packetsOf } from "../media/rtp/frame-packets.ts";
import { PacedPackets } from "../media/rtp/paced-packets.ts";
import type { Pacer } from "../media/rtp/pacer.ts";
import type { Frame } from "../media/types.ts";
import type { Sender, SenderListener } from "./sender.ts";
import { ssrcParameter } from "./sender.ts";
import type { UdpLease } from "./udp-ports.ts";

/** RTP over UDP, to the address that the RTSP connection comes from and to no other. */
export class UdpSender implements Sender {
	readonly kind = "UDP";
	readonly delivered = undefined;
	readonly #lease: UdpLease;
	readonly #packets: PacedPackets;
	readonly #address: string;
	readonly #clientPorts: readonly [number, number];
	readonly #listener: SenderListener;
	#closed = false;

	constructor(
		lease: UdpLease,
		pacer: Pacer,
		address: string,
		clientPorts: readonly [number, number],
		listener: SenderListener,
	) {
		this.#lease = lease;
		this.#address = address;
		this.#clientPorts = clientPorts;
		this.#listener = listener;
		const [rtp] = clientPorts;
		this.#packets = new PacedPackets(pacer, (packet) =>
			lease.pair.sendRtp(packet, rtp, address),
		);
		lease.pair.listen(address, clientPorts, listener);
	}

	get queued(): number {
		return this.#packets.octets + this.#lease.pair.queued;
	}

	frame(frame: Frame): void {
		this.#packets.push(packetsOf(frame));
	}

	burst(frames: readonly Frame[]): void {
		for (const frame of frames) this.#packets.later(packetsOf(frame));
		this.#packets.pump();
	}

	rtcp(packet: Buffer): void {
		if (!this.#closed)
			this.#lease.pair.sendRtcp(packet, this.#clientPorts[1], this.#address);
	}

	transport(ssrc: number): string {
		const server = this.#lease.pair.ports.join("-");
		return `RTP/AVP;unicast;client_port=${this.#clientPorts.join("-")};server_port=${server};${ssrcParameter(ssrc)}`;
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#packets.close();
		const { pair } = this.#lease;
		pair.unlisten(this.#address, this.#clientPorts, this.#listener);
		this.#lease.release();
	}
}
