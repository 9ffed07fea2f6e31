import type { Socket } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";
import { openUdpSocket } from "../../system/udp-socket.ts";

/** The interface that packets for a group leave by. */
export interface OutgoingInterface {
	readonly name: string;
	/** Its IPv4 address; undefined where it has none. */
	readonly address4: string | undefined;
}

export interface UdpDestination {
	/** Numeric; RTP goes to `port`, RTCP to the next one (RFC 3550, 11). */
	readonly address: string;
	readonly port: number;
	/** Routers that a packet for a group may cross, 0 to 255; unicast keeps the host's. */
	readonly ttl: number;
	/** Undefined leaves it to the host's routes. */
	readonly via: OutgoingInterface | undefined;
}

/** Whether it is the address of a group. @param address numeric */
export function isGroup(address: string): boolean {
	const first = Number.parseInt(address, 10);
	return isIP(address) === 6
		? /^ff/i.test(address)
		: first >= 224 && first <= 239;
}

/** Two connected sockets: the host tells of an address without route, and of a receiver that is not there. */
export class UdpWay {
	readonly #rtp: Socket;
	readonly #rtcp: Socket;

	/** `onError` hears of RTP that did not leave, or that nobody took; RTCP is often not listened for. */
	constructor(rtp: Socket, rtcp: Socket, onError: (error: Error) => void) {
		this.#rtp = rtp;
		this.#rtcp = rtcp;
		rtp.on("error", onError);
		rtcp.on("error", () => {});
	}

	/** The address that the packets come from. */
	get source(): string {
		return this.#rtp.address().address;
	}

	/** Octets that the kernel did not take yet. */
	get queued(): number {
		return this.#rtp.getSendQueueSize();
	}

	rtp(packet: Buffer): void {
		this.#rtp.send(packet);
	}

	rtcp(packet: Buffer): void {
		this.#rtcp.send(packet);
	}

	/** What was sent before still leaves. */
	close(): void {
		this.#rtp.close();
		this.#rtcp.close();
	}
}

/** Rejects with the system's error, such as ENETUNREACH. */
export async function openUdpWay(
	destination: UdpDestination,
	onError: (error: Error) => void,
): Promise<UdpWay> {
	const { port } = destination;
	const rtp = await connected(destination, port);
	try {
		return new UdpWay(rtp, await connected(destination, port + 1), onError);
	} catch (error) {
		rtp.close();
		throw error;
	}
}

async function connected(
	{ address, ttl, via }: UdpDestination,
	port: number,
): Promise<Socket> {
	const six = isIP(address) === 6;
	const socket = await openUdpSocket(six, { port: 0 });
	try {
		if (isGroup(address)) choose(socket, { ttl, via, six });
		const done = once(socket, "connect");
		socket.connect(port, address);
		await done;
	} catch (error) {
		socket.close();
		throw error;
	}
	// What receivers say has no meaning for us, and must not pile up.
	socket.on("message", () => {});
	return socket;
}

function choose(
	socket: Socket,
	{
		ttl,
		via,
		six,
	}: Pick<UdpDestination, "ttl" | "via"> & { readonly six: boolean },
): void {
	socket.setMulticastTTL(ttl);
	if (via === undefined) return;
	if (six) socket.setMulticastInterface(`::%${via.name}`);
	else if (via.address4 !== undefined)
		socket.setMulticastInterface(via.address4);
	else throw new Error(`interface ${via.name} has no IPv4 address`);
}
