import type { RemoteInfo, Socket } from "node:dgram";
import { openUdpSocket } from "../system/udp-socket.ts";

/** Who listens for what one client sends. */
export interface PairListener {
	/** Who watches has nothing to say: what clients send to open their firewalls has no meaning then. */
	rtp?(packet: Buffer): void;
	rtcp(packet: Buffer): void;
	displaced(): void;
}

/** An even RTP port and the odd RTCP port after it on one local address, for all viewers who reached us there. */
export class UdpPair {
	readonly #rtp: Socket;
	readonly #rtcp: Socket;
	readonly #listeners = new Map<string, PairListener>();
	readonly #talkers = new Map<string, PairListener>();
	readonly ports: readonly [number, number];

	constructor(rtp: Socket, rtcp: Socket, onError: (error: Error) => void) {
		this.#rtp = rtp;
		this.#rtcp = rtcp;
		this.ports = [rtp.address().port, rtcp.address().port];
		// An unreachable viewer is found by its session's timeout.
		rtp.on("error", onError);
		rtcp.on("error", onError);
		rtp.on("message", (packet, from: RemoteInfo) => {
			this.#talkers.get(key(from.address, from.port))?.rtp?.(packet);
		});
		rtcp.on("message", (packet, from: RemoteInfo) => {
			this.#listeners.get(key(from.address, from.port))?.rtcp(packet);
		});
	}

	/** Octets that the kernel did not take yet. */
	get queued(): number {
		return this.#rtp.getSendQueueSize();
	}

	/** What comes from these ports goes to `listener`; whoever had it is told that its client is gone. */
	listen(
		address: string,
		[rtp, rtcp]: readonly [number, number],
		listener: PairListener,
	): void {
		if (listener.rtp) this.#talkers.set(key(address, rtp), listener);
		const place = key(address, rtcp);
		const before = this.#listeners.get(place);
		this.#listeners.set(place, listener);
		if (before !== undefined && before !== listener) before.displaced();
	}

	unlisten(
		address: string,
		[rtp, rtcp]: readonly [number, number],
		listener: PairListener,
	): void {
		for (const [listeners, port] of [
			[this.#talkers, rtp],
			[this.#listeners, rtcp],
		] as const)
			if (listeners.get(key(address, port)) === listener)
				listeners.delete(key(address, port));
	}

	sendRtp(packet: Buffer, port: number, address: string): void {
		this.#rtp.send(packet, port, address);
	}

	sendRtcp(packet: Buffer, port: number, address: string): void {
		this.#rtcp.send(packet, port, address);
	}

	close(): void {
		this.#rtp.close();
		this.#rtcp.close();
	}
}

/** Opens a pair on `address` (RFC 3550, 11). Rejects with the system's error when the host has no ports left. */
export async function openUdpPair(
	address: string,
	onError: (error: Error) => void,
): Promise<UdpPair> {
	for (let attempt = 1; ; attempt++) {
		const first = await bind(address, 0);
		const { port } = first.address();
		try {
			const second = await bind(address, port % 2 === 0 ? port + 1 : port - 1);
			return port % 2 === 0
				? new UdpPair(first, second, onError)
				: new UdpPair(second, first, onError);
		} catch (error) {
			// The neighbour is somebody else's: try another.
			first.close();
			if (attempt >= 16) throw error;
		}
	}
}

function bind(address: string, port: number): Promise<Socket> {
	const six = address.includes(":");
	return openUdpSocket(six, { address, port, exclusive: true });
}

function key(address: string, port: number): string {
	return `${address} ${port}`;
}
