import { createSocket, type Socket } from "node:dgram";
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
	#closing = false;

	private constructor(
		addresses: readonly string[],
		publication: MdnsPublication,
		bonjour: Bonjour,
	) {
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
		return new MdnsLink(addresses, publication, bonjour);
	}

	/** Looks which names are taken on this network, then announces itself under a free one. */
	async publish(): Promise<void> {
		const { host, services } = this.#publication;
		const name = freeName(this.#publication.name, await this.#takenNames());
		if (this.#closing) return;
		for (const { type, port, txt } of services) {
			const service = this.#bonjour.publish({
				name,
				type,
				port,
				host: `${host}.local`,
				txt: { ...txt },
				disableIPv6: true,
			});
			this.#useOwnAddresses(service);
		}
	}

	/** Sends the goodbyes and closes the socket. */
	async close(): Promise<void> {
		this.#closing = true;
		await new Promise<void>((done) => this.#bonjour.unpublishAll(() => done()));
		await new Promise<void>((done) => this.#bonjour.destroy(() => done()));
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

	async #takenNames(): Promise<Set<string>> {
		const browsers = this.#publication.services.map(({ type }) =>
			this.#bonjour.find({ type }),
		);
		await sleep(LISTEN_FOR_NAMES_MS);
		const names = browsers.flatMap((browser) => {
			browser.stop();
			return browser.services.map(({ name }) => name);
		});
		return new Set(names);
	}
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
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
