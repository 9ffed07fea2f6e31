import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Network } from "../system/network-types.ts";
import { Fitting } from "./fitting.ts";
import { limitWarnings } from "./limits.ts";
import { isLinkLocal, type Link, linksOfDevice } from "./links.ts";
import { cut, MdnsLink, type MdnsPublication } from "./mdns-link.ts";

const WARNINGS_PER_MINUTE = 10;
const MAX_LABEL = 63;

export interface MdnsAnnouncerOptions extends MdnsPublication {
	readonly network: Network;
	readonly clock: Clock;
	readonly log: Log;
	/** Names of the interfaces to be found on; all but loopback when left out. */
	readonly interfaces?: readonly string[];
	/** The one local address that the services listen on: announced alone, on its interface. All when left out. */
	readonly address?: string;
}

/**
 * Announces the device by DNS-SD over multicast DNS, on each interface with its own addresses.
 *
 * What fails is logged once and tried again every few seconds: no network yet, or a program at
 * port 5353 that does not share it. avahi-daemon does.
 */
export class MdnsAnnouncer {
	readonly #options: MdnsAnnouncerOptions;
	readonly #publication: MdnsPublication;
	readonly #log: Log;
	readonly #announced = new Map<string, MdnsLink>();
	readonly #publishing = new Set<Promise<void>>();
	readonly #failed = new Set<string>();
	readonly #fitting = new Fitting(() => this.#fit());
	#stopped = false;

	constructor(options: MdnsAnnouncerOptions) {
		this.#options = options;
		this.#log = limitWarnings(options.log, options.clock, WARNINGS_PER_MINUTE);
		this.#publication = {
			name: label(options.name),
			host: label(options.host),
			services: options.services,
		};
	}

	/** Opens the sockets; the announcement itself follows when the name is known to be free, about two seconds later. */
	start(): Promise<void> {
		return this.#fitting.start();
	}

	/** Says goodbye on each interface and closes. */
	async stop(): Promise<void> {
		this.#stopped = true;
		await this.#fitting.stop();
		await Promise.all([...this.#announced.values()].map((one) => one.close()));
		this.#announced.clear();
		await Promise.all(this.#publishing);
	}

	async #fit(): Promise<void> {
		if (this.#stopped) return;
		const { network, address: own } = this.#options;
		const all = linksOfDevice(network.interfaces(), this.#options);
		const wanted = new Map<string, { link: Link; addresses: string[] }>();
		for (const link of all) {
			if (!link.announces || link.family !== 4) continue;
			const addresses = all
				.filter(({ interfaceIndex }) => interfaceIndex === link.interfaceIndex)
				.map(({ address }) => address)
				.filter((address) => !isLinkLocal(address))
				.filter((address) => own === undefined || address === own);
			const key = `${link.interfaceIndex} ${addresses.join(" ")}`;
			wanted.set(key, { link, addresses });
		}
		for (const [key, announced] of this.#announced)
			if (!wanted.has(key)) {
				this.#announced.delete(key);
				await announced.close();
			}
		for (const [key, { link, addresses }] of wanted)
			if (!this.#announced.has(key)) await this.#announce(key, link, addresses);
	}

	async #announce(key: string, link: Link, addresses: string[]): Promise<void> {
		const { clock } = this.#options;
		try {
			const announced = await MdnsLink.open(
				link,
				addresses,
				this.#publication,
				clock,
				this.#log,
			);
			this.#failed.delete(link.interfaceName);
			this.#announced.set(key, announced);
			const publishing = announced
				.publish()
				.catch((error: unknown) => this.#refused(link, error))
				.finally(() => this.#publishing.delete(publishing));
			this.#publishing.add(publishing);
		} catch (error) {
			this.#refused(link, error);
		}
	}

	#refused(link: Link, error: unknown): void {
		if (this.#failed.has(link.interfaceName)) return;
		this.#failed.add(link.interfaceName);
		this.#log.warn("mdns: the device cannot be announced", {
			interface: link.interfaceName,
			reason: error instanceof Error ? error.message : String(error),
		});
	}
}

/** A dot would end the label, and bonjour-service writes a dash for it. */
function label(text: string): string {
	return cut(text.replaceAll(".", "-"), MAX_LABEL);
}
