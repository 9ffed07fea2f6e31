import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bonjour, Service } from "bonjour-service";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Link } from "./links.ts";
import { MdnsSocket } from "./mdns-socket.ts";

const GROUP = "224.0.0.251";
const PORT = 5353;
const MDNS_TTL = 255;
const LISTEN_FOR_NAMES_MS = 600;
const NAMES_TRIED = 5;

/** One DNS-SD service; its TXT record holds `txt`, each `key=value` at most 255 bytes. */
export interface MdnsService {
	/** `rtsp` for `_rtsp._tcp`. */
	readonly type: string;
	readonly port: number;
	readonly txt?: Readonly<Record<string, string>>;
}

export interface MdnsPublication {
	/** Name of the instances, at most 63 bytes. */
	readonly name: string;
	/** Label of a host name of our own: under avahi's, avahi would rename itself. */
	readonly host: string;
	readonly services: readonly MdnsService[];
}

/** The announcement on one interface, by one of bonjour-service's responders with a socket of its own. */
export class MdnsLink {
	readonly #addresses: readonly string[];
	readonly #publication: MdnsPublication;
	readonly #bonjour: Bonjour;
	readonly #socket: MdnsSocket;
	readonly #closing = new AbortController();

	private constructor(
		addresses: readonly string[],
		publication: MdnsPublication,
		bonjour: Bonjour,
		socket: MdnsSocket,
	) {
		this.#socket = socket;
		this.#addresses = addresses;
		this.#publication = publication;
		this.#bonjour = bonjour;
	}

	/**
	 * @param addresses all of the interface's, for its A and AAAA records.
	 * @throws the socket's error where port 5353 cannot be shared or the interface cannot multicast.
	 */
	static async open(
		link: Link,
		addresses: readonly string[],
		publication: MdnsPublication,
		clock: Clock,
		log: Log,
	): Promise<MdnsLink> {
		// Loaded here, so that a device that does not announce itself this way pays nothing for it.
		const { default: Responder } = await import("bonjour-service");
		const socket = new MdnsSocket(
			await join(link.address),
			link,
			publication.host,
			clock,
			log,
		);
		const options = { socket, bind: false, disableIPv6: true };
		const bonjour = new Responder(options, (error: Error) =>
			log.warn("mdns: an answer failed", { reason: error.message }),
		);
		return new MdnsLink(addresses, publication, bonjour, socket);
	}

	/**
	 * Announces the services under a name that is free on this network. Of two devices that chose the
	 * same name in the same moment, as after a power cut, the one with the greater host chooses again.
	 */
	async publish(): Promise<void> {
		try {
			for (let attempt = 0; attempt < NAMES_TRIED; attempt += 1) {
				const name = freeName(this.#publication.name, await this.#taken());
				await this.#announce(name);
				const rival = (await this.#taken()).get(name);
				if (rival === undefined || this.#publication.host < rival) return;
				await this.#withdraw();
			}
		} catch (error) {
			if (!this.#closing.signal.aborted) throw error;
		}
	}

	async #announce(name: string): Promise<void> {
		const { host, services } = this.#publication;
		// Its own look for the name would end in a line on stdout and no announcement.
		this.#socket.hearResponses = false;
		const announced = services.map(({ type, port, txt }) => {
			const service = this.#bonjour.publish({
				name,
				type,
				port,
				host: `${host}.local`,
				txt: { ...txt },
				disableIPv6: true,
			});
			this.#useOwnAddresses(service);
			return once(service, "up", { signal: this.#closing.signal });
		});
		await Promise.all(announced);
		this.#socket.hearResponses = true;
	}

	/** Sends the goodbyes and closes the socket. */
	async close(): Promise<void> {
		this.#closing.abort();
		await this.#withdraw();
		await new Promise<void>((done) => this.#bonjour.destroy(() => done()));
	}

	#withdraw(): Promise<void> {
		return new Promise((done) => this.#bonjour.unpublishAll(() => done()));
	}

	/** bonjour-service lists the addresses of every interface, and those of other networks lead nowhere. */
	#useOwnAddresses(service: Service): void {
		const records = service.records.bind(service);
		const addresses = this.#addresses.map((data) => ({
			name: service.host,
			type: data.includes(":") ? ("AAAA" as const) : ("A" as const),
			ttl: 120,
			data,
		}));
		service.records = () => [
			...records().filter(({ type }) => type !== "A" && type !== "AAAA"),
			...addresses.map((record) => ({ ...record })),
		];
	}

	/** Names that others use, with their hosts' labels. */
	async #taken(): Promise<Map<string, string>> {
		const { signal } = this.#closing;
		const browsers = this.#publication.services.map(({ type }) =>
			this.#bonjour.find({ type }),
		);
		try {
			await sleep(LISTEN_FOR_NAMES_MS, undefined, { signal });
		} finally {
			for (const browser of browsers) browser.stop();
		}
		const found = browsers.flatMap((browser) => browser.services);
		return new Map(
			found.map(({ name, host }) => [name, host.replace(/\.local\.?$/, "")]),
		);
	}
}

function freeName(wanted: string, taken: ReadonlyMap<string, string>): string {
	for (let number = 2, name = wanted; ; number += 1) {
		if (!taken.has(name)) return name;
		name = `${cut(wanted, 58)} (${number})`;
	}
}

/** The longest beginning of at most `bytes` bytes; DNS labels hold 63. */
export function cut(text: string, bytes: number): string {
	let kept = text;
	while (Buffer.byteLength(kept) > bytes)
		kept = [...kept].slice(0, -1).join("");
	return kept;
}

function join(address: string): Promise<Socket> {
	const socket = createSocket({ type: "udp4", reuseAddr: true });
	return new Promise((resolve, reject) => {
		const fail = (error: unknown): void => {
			socket.close();
			reject(error);
		};
		socket.once("error", fail);
		socket.bind(PORT, "0.0.0.0", () => {
			socket.removeListener("error", fail);
			try {
				socket.addMembership(GROUP, address);
				socket.setMulticastInterface(address);
				socket.setMulticastTTL(MDNS_TTL);
				resolve(socket);
			} catch (error) {
				fail(error);
			}
		});
	});
}
