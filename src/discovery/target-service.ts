import type { Clock } from "../system/clock.ts";
import type { Network, NetworkInterface } from "../system/network-types.ts";
import { Announcements } from "./announcements.ts";
import { DeviceMessages } from "./device-messages.ts";
import { isSameLink, type Link, linksOfDevice, linkTowards } from "./links.ts";
import { matchesScopes, matchesTypes } from "./matching.ts";
import type { MulticastSockets } from "./multicast-sockets.ts";
import type { Probe, Resolve } from "./request.ts";
import type { DiscoveryDevice } from "./types.ts";

/** One device among those that a process announces: its links, its messages, and what it answers to. */
export class TargetService {
	readonly messages: DeviceMessages;
	readonly announcements: Announcements;
	readonly #device: DiscoveryDevice;
	readonly #sockets: MulticastSockets;
	#links: readonly Link[] = [];

	constructor(
		device: DiscoveryDevice,
		sockets: MulticastSockets,
		clock: Clock,
		random: () => number,
	) {
		const { identity } = device;
		const links = () => this.links();
		this.#device = device;
		this.#sockets = sockets;
		this.messages = new DeviceMessages(identity, clock, links);
		this.announcements = new Announcements(
			identity,
			this.messages,
			{ links, send: (link, message) => sockets.send(link, message) },
			random,
		);
	}

	get discoverable(): boolean {
		return this.#device.identity.discoverable();
	}

	/** Those of its links that have a socket. */
	links(): Link[] {
		const open = this.#sockets.links();
		return this.#links.filter((link) => includes(open, link));
	}

	/** The links that it is to be found on, as the interfaces are now. */
	fit(interfaces: readonly NetworkInterface[]): readonly Link[] {
		this.#links = linksOfDevice(interfaces, this.#device);
		return this.#links;
	}

	/** Hello on those of its links that are among `added`. */
	helloOn(added: readonly Link[]): void {
		const own = this.#links.filter((link) => includes(added, link));
		if (own.length > 0) this.announcements.helloOn(own);
	}

	isOn(link: Link): boolean {
		return includes(this.links(), link);
	}

	/** Where `asker` is answered from: a device of one address always from that, whatever way the host would take. */
	async linkTowards(
		asker: string,
		network: Network,
	): Promise<Link | undefined> {
		const links = this.links();
		const { address } = this.#device;
		return (
			(await linkTowards(asker, links, network)) ??
			links.find(
				(link) =>
					link.address === address &&
					(link.family === 6) === asker.includes(":"),
			)
		);
	}

	matches(request: Probe | Resolve): boolean {
		const { identity } = this.#device;
		if (request.kind === "Resolve")
			return request.endpointReference === identity.endpointReference;
		const { types, scopes, rule } = request;
		return (
			rule !== undefined &&
			matchesTypes(types) &&
			matchesScopes(scopes, identity.scopes(), rule)
		);
	}
}

function includes(links: readonly Link[], link: Link): boolean {
	return links.some((one) => isSameLink(one, link));
}
