import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { Log } from "../system/log.ts";
import { isLinkLocal, type Link } from "./links.ts";

const GROUPS = { 4: "239.255.255.250", 6: "ff02::c" } as const;
const ANY = { 4: "0.0.0.0", 6: "::" } as const;

/** @param link the address the datagram was sent to; undefined when it went to everybody. */
export type OnDatagram = (
	datagram: Buffer,
	asker: RemoteInfo,
	link: Link | undefined,
) => void;

/**
 * WS-Discovery's sockets: for each family one that hears the group on every interface, and for
 * each local address one that hears what is sent to it alone and speaks from it.
 *
 * Linux delivers a group's datagrams to every socket bound to the wildcard address as soon as any
 * socket of the host joined on that interface, but none to a socket bound to an address of its own.
 * So the sockets of the addresses join, and the wildcard socket hears: there is no limit of
 * twenty memberships to it, and a closed socket takes its membership along.
 */
export class MulticastSockets {
	readonly #port: number;
	readonly #log: Log;
	readonly #onDatagram: OnDatagram;
	readonly #listeners = new Map<4 | 6, Socket>();
	readonly #speakers = new Map<string, { link: Link; socket: Socket }>();
	readonly #failures = new Map<string, number>();

	constructor(port: number, log: Log, onDatagram: OnDatagram) {
		this.#port = port;
		this.#log = log;
		this.#onDatagram = onDatagram;
	}

	links(): Link[] {
		return [...this.#speakers.values()].map(({ link }) => link);
	}

	/** Makes the sockets fit the addresses; answers those that are new. What cannot be bound is tried again next time. */
	async fit(links: readonly Link[]): Promise<Link[]> {
		const wanted = new Map(links.map((link) => [keyOf(link), link]));
		for (const [key, { socket }] of this.#speakers) {
			if (wanted.has(key)) continue;
			this.#speakers.delete(key);
			socket.close();
		}
		for (const key of this.#failures.keys())
			if (key.includes("/") && !wanted.has(key)) this.#failures.delete(key);
		for (const family of new Set(links.map((link) => link.family)))
			await this.#listen(family);
		const added: Link[] = [];
		for (const [key, link] of wanted) {
			if (this.#listeners.get(link.family) === undefined) continue;
			const known = this.#speakers.get(key);
			if (known !== undefined) known.link = link;
			else if (await this.#speak(key, link)) added.push(link);
		}
		return added;
	}

	/** Sends from the link's address; with no `to`, to everybody on its interface. Resolves when it is sent or logged. */
	send(
		link: Link,
		message: Buffer,
		to?: { readonly address: string; readonly port: number },
	): Promise<void> {
		const socket = this.#speakers.get(keyOf(link))?.socket;
		if (socket === undefined) return Promise.resolve();
		const { address, port } = to ?? {
			address: GROUPS[link.family],
			port: this.#port,
		};
		return new Promise((resolve) => {
			socket.send(message, port, address, (error) => {
				if (error !== null)
					this.#log.warn("discovery: a message could not be sent", {
						to: address,
						from: link.address,
						reason: error.message,
					});
				resolve();
			});
		});
	}

	async close(): Promise<void> {
		const sockets = [
			...this.#listeners.values(),
			...[...this.#speakers.values()].map(({ socket }) => socket),
		];
		this.#listeners.clear();
		this.#speakers.clear();
		await Promise.all(
			sockets.map((socket) => new Promise<void>((done) => socket.close(done))),
		);
	}

	async #listen(family: 4 | 6): Promise<void> {
		if (this.#listeners.has(family)) return;
		const socket = open(family);
		try {
			await bind(socket, this.#port, ANY[family]);
		} catch (error) {
			socket.close();
			this.#refused(`IPv${family}`, ANY[family], error);
			return;
		}
		this.#failures.delete(`IPv${family}`);
		this.#listeners.set(family, socket);
		this.#hear(socket, () => undefined);
	}

	async #speak(key: string, link: Link): Promise<boolean> {
		const socket = open(link.family);
		const scope = link.family === 6 ? `::%${link.interfaceName}` : link.address;
		const local = isLinkLocal(link.address)
			? `${link.address}%${link.interfaceName}`
			: link.address;
		try {
			await bind(socket, this.#port, local);
			socket.addMembership(GROUPS[link.family], scope);
			socket.setMulticastInterface(scope);
			socket.setMulticastTTL(1);
		} catch (error) {
			socket.close();
			this.#refused(key, link.address, error);
			return false;
		}
		this.#failures.delete(key);
		const speaker = { link, socket };
		this.#speakers.set(key, speaker);
		this.#hear(socket, () => speaker.link);
		return true;
	}

	#hear(socket: Socket, link: () => Link | undefined): void {
		socket.on("message", (datagram, asker) =>
			this.#onDatagram(datagram, asker, link()),
		);
		socket.on("error", (error) =>
			this.#log.warn("discovery: a socket failed", { reason: error.message }),
		);
	}

	/** Said once, though tried again every few seconds; a new IPv6 address cannot be bound in its first two. */
	#refused(key: string, address: string, error: unknown): void {
		const failures = (this.#failures.get(key) ?? 0) + 1;
		this.#failures.set(key, failures);
		const code = error instanceof Error && "code" in error ? error.code : "";
		if (failures !== (code === "EADDRNOTAVAIL" ? 3 : 1)) return;
		this.#log.warn(
			`discovery: UDP port ${this.#port} cannot be used at ${address}; is another program there that does not share it?`,
			{ reason: error instanceof Error ? error.message : String(error) },
		);
	}
}

function keyOf(link: Link): string {
	return `${link.interfaceIndex}/${link.address}`;
}

function open(family: 4 | 6): Socket {
	return createSocket({
		type: family === 6 ? "udp6" : "udp4",
		ipv6Only: family === 6,
		// Several programs of a host listen at 3702 together.
		reuseAddr: true,
	});
}

function bind(socket: Socket, port: number, address: string): Promise<void> {
	return new Promise((resolve, reject) => {
		socket.once("error", reject);
		socket.bind(port, address, () => {
			socket.removeListener("error", reject);
			resolve();
		});
	});
}
