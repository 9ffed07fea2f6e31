import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { patienceMs } from "../helpers/patience.ts";

export interface Heard {
	readonly text: string;
	readonly from: string;
	readonly at: number;
}

/** A client, on loopback unless told otherwise: one socket to ask and be answered on, one that hears the group. */
export class Asker {
	readonly heard: Heard[] = [];
	readonly announced: Heard[] = [];
	readonly port: number;
	readonly #local: string;
	readonly #group: string;
	readonly #interface: string;
	readonly #socket: Socket;
	readonly #listener: Socket;

	/** @param scope interface of an IPv6 client, which multicast needs. */
	constructor(port: number, local = "127.0.0.1", scope?: string) {
		const type = scope === undefined ? "udp4" : "udp6";
		this.port = port;
		this.#local = local;
		this.#group = scope === undefined ? "239.255.255.250" : "ff02::c";
		this.#interface = scope === undefined ? local : `::%${scope}`;
		this.#socket = createSocket(type);
		this.#listener = createSocket({ type, reuseAddr: true });
	}

	async open(): Promise<void> {
		this.#collect(this.#socket, this.heard);
		this.#collect(this.#listener, this.announced);
		this.#socket.bind(0, this.#local);
		await once(this.#socket, "listening");
		this.#socket.setMulticastInterface(this.#interface);
		this.#listener.bind(this.port);
		await once(this.#listener, "listening");
		this.#listener.addMembership(this.#group, this.#interface);
	}

	multicast(message: string | Buffer): void {
		this.#socket.send(message, this.port, this.#group);
	}

	unicast(message: string | Buffer, to = this.#local): void {
		this.#socket.send(message, this.port, to);
	}

	/** Answers whose text contains `part`, once there are `count` of them. */
	async answers(part: string, count = 1): Promise<Heard[]> {
		return this.#until(this.heard, part, count);
	}

	async announcements(part: string, count = 1): Promise<Heard[]> {
		return this.#until(this.announced, part, count);
	}

	async close(): Promise<void> {
		for (const socket of [this.#socket, this.#listener])
			await new Promise<void>((done) => socket.close(done));
	}

	async #until(from: Heard[], part: string, count: number): Promise<Heard[]> {
		const matching = () => from.filter(({ text }) => text.includes(part));
		await until(
			() => matching().length >= count,
			() => `heard ${matching().length} of ${count} with "${part}"`,
		);
		return matching();
	}

	#collect(socket: Socket, into: Heard[]): void {
		socket.on("message", (datagram, { address }) => {
			into.push({
				text: datagram.toString(),
				from: address,
				at: Date.now(),
			});
		});
	}
}

/** Waits for a condition, until nobody believes in it any more. */
export async function until(
	condition: () => boolean,
	reason: () => string = () => "it did not happen",
): Promise<void> {
	const end = performance.now() + patienceMs;
	while (!condition()) {
		if (performance.now() > end) throw new Error(reason());
		await new Promise((wake) => setTimeout(wake, 5));
	}
}

/** A UDP port that nobody uses at the moment. */
export async function freePort(): Promise<number> {
	const socket = createSocket("udp4");
	socket.bind(0);
	await once(socket, "listening");
	const { port } = socket.address();
	await new Promise<void>((done) => socket.close(done));
	return port;
}
