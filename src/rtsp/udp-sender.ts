import { packetsOf } from "../media/rtp/frame-packets.ts";
import { batchPackets, type Paced, type Pacer } from "../media/rtp/pacer.ts";
import type { Frame } from "../media/types.ts";
import type { Sender, SenderListener } from "./sender.ts";
import { ssrcParameter } from "./sender.ts";
import type { UdpLease } from "./udp-ports.ts";

/** RTP over UDP, to the address that the RTSP connection comes from and to no other. */
export class UdpSender implements Sender, Paced {
	readonly kind = "UDP";
	readonly delivered = undefined;
	readonly #lease: UdpLease;
	readonly #pacer: Pacer;
	readonly #address: string;
	readonly #clientPorts: readonly [number, number];
	readonly #listener: SenderListener;
	#waiting: Buffer[] = [];
	#sent = 0;
	#waitingOctets = 0;
	#closed = false;

	constructor(
		lease: UdpLease,
		pacer: Pacer,
		address: string,
		clientPorts: readonly [number, number],
		listener: SenderListener,
	) {
		this.#lease = lease;
		this.#pacer = pacer;
		this.#address = address;
		this.#clientPorts = clientPorts;
		this.#listener = listener;
		lease.pair.listen(address, clientPorts, listener);
	}

	get queued(): number {
		return this.#waitingOctets + this.#lease.pair.queued;
	}

	frame(frame: Frame): void {
		const packets = packetsOf(frame);
		if (this.#waiting.length === 0 && packets.length <= batchPackets)
			for (const packet of packets) this.#send(packet);
		else this.#later(packets);
	}

	burst(frames: readonly Frame[]): void {
		for (const frame of frames) this.#later(packetsOf(frame));
		this.pump();
	}

	pump(): boolean {
		const end = Math.min(this.#sent + batchPackets, this.#waiting.length);
		for (const packet of this.#waiting.slice(this.#sent, end)) {
			this.#waitingOctets -= packet.length;
			this.#send(packet);
		}
		this.#sent = end;
		if (end < this.#waiting.length) return true;
		this.#waiting = [];
		this.#sent = 0;
		return false;
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
		this.#waiting = [];
		this.#waitingOctets = 0;
		this.#pacer.remove(this);
		const { pair } = this.#lease;
		pair.unlisten(this.#address, this.#clientPorts, this.#listener);
		this.#lease.release();
	}

	#later(packets: readonly Buffer[]): void {
		for (const packet of packets) {
			this.#waiting.push(packet);
			this.#waitingOctets += packet.length;
		}
		this.#pacer.add(this);
	}

	#send(packet: Buffer): void {
		if (this.#closed) return;
		this.#lease.pair.sendRtp(packet, this.#clientPorts[0], this.#address);
	}
}
