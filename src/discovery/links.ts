import { BlockList } from "node:net";
import type { Network, NetworkInterface } from "../system/network-types.ts";
import type { DiscoveryDevice } from "./types.ts";

/** One local address that discovery speaks from and can be reached at. */
export interface Link {
	readonly interfaceName: string;
	readonly interfaceIndex: number;
	readonly address: string;
	readonly family: 4 | 6;
	readonly prefixLength: number;
	readonly loopback: boolean;
	/** Says Hello and Bye: one address of each interface and family. */
	readonly announces: boolean;
}

/**
 * The addresses to be found at.
 *
 * Without names every interface answers, and every one but loopback announces itself: a Hello
 * with 127.0.0.1 would reach listeners on the host beside the one with its real address.
 */
export function linksOf(
	interfaces: readonly NetworkInterface[],
	names: readonly string[] | undefined,
): Link[] {
	return interfaces
		.filter(({ up, name }) => up && (names?.includes(name) ?? true))
		.flatMap((one) => linksOfInterface(one, names !== undefined));
}

/** The same for a device whose service may listen on one address only. */
export function linksOfDevice(
	interfaces: readonly NetworkInterface[],
	{ address, interfaces: names }: Omit<DiscoveryDevice, "identity">,
): Link[] {
	const reaching = interfaces.filter(
		({ addresses }) =>
			address === undefined || addresses.some((at) => at.address === address),
	);
	return linksOf(reaching, names);
}

export function isSameLink(one: Link, other: Link): boolean {
	return (
		one.interfaceIndex === other.interfaceIndex && one.address === other.address
	);
}

function linksOfInterface(one: NetworkInterface, named: boolean): Link[] {
	const announcers = [4, 6].map((family) =>
		one.addresses.find(
			(at) => at.family === family && (family === 4 || isLinkLocal(at.address)),
		),
	);
	return one.addresses.map((at) => ({
		...at,
		interfaceName: one.name,
		interfaceIndex: one.index,
		loopback: one.loopback,
		announces: announcers.includes(at) && (named || !one.loopback),
	}));
}

/**
 * The link on which `asker` is to be answered: where it is a neighbour, otherwise where the
 * kernel would route to it; undefined when there is no way there from any of `links`.
 */
export async function linkTowards(
	asker: string,
	links: readonly Link[],
	network: Network,
): Promise<Link | undefined> {
	const [address = asker, zone] = asker.split("%");
	const isOn = (link: Link, local: string | undefined): boolean =>
		link.address === local &&
		(zone ?? link.interfaceName) === link.interfaceName;
	const own = links.find((link) => isOn(link, address));
	if (own !== undefined) return own;
	const neighbours = links.filter((link) => isNeighbour(address, zone, link));
	if (neighbours.length === 1) return neighbours[0];
	const local = await network.localAddressFor(asker);
	return links.find((link) => isOn(link, local));
}

/** Whether `address` is in the link's own subnet; of a link-local one, on its interface. */
export function isNeighbour(
	address: string,
	zone: string | undefined,
	link: Link,
): boolean {
	const family = address.includes(":") ? 6 : 4;
	if (family !== link.family) return false;
	if (zone !== undefined && zone !== link.interfaceName) return false;
	const type = family === 6 ? "ipv6" : "ipv4";
	const subnet = new BlockList();
	subnet.addSubnet(link.address, link.prefixLength, type);
	return subnet.check(address, type);
}

/** The host part of a URL that leads to the link. */
export function hostOf(link: Link, links: readonly Link[]): string {
	if (link.family === 4) return link.address;
	// A URL has no room for a zone, so a link-local address is the last resort.
	const routable = links.find(
		(other) =>
			other.family === 6 &&
			other.interfaceIndex === link.interfaceIndex &&
			!isLinkLocal(other.address),
	);
	const address = isLinkLocal(link.address)
		? (routable ?? link).address
		: link.address;
	return `[${address}]`;
}

export function isLinkLocal(address: string): boolean {
	return /^fe[89ab]/i.test(address);
}
