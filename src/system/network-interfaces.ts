import { networkInterfaces } from "node:os";
import { listNames, readText } from "./network-files.ts";
import type { NetworkAddress, NetworkInterface } from "./network-types.ts";

const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;
const NO_MAC = "00:00:00:00:00:00";

/**
 * Every interface of the host in the kernel's order, those without an address too.
 *
 * Addresses are the operating system's; what only sysfs knows (index, MTU, flags, interfaces
 * that are down) is left out where sysfs is not mounted, as in some containers.
 */
export function readInterfaces(sysfs: string): NetworkInterface[] {
	const addresses = addressesByName();
	const names = new Set([...addresses.keys(), ...listNames(sysfs)]);
	return [...names]
		.map((name) => describe(name, `${sysfs}/${name}`, addresses.get(name)))
		.filter((found) => found !== undefined)
		.sort((a, b) => a.index - b.index || a.name.localeCompare(b.name));
}

interface Known {
	readonly mac: string;
	readonly loopback: boolean;
	readonly addresses: NetworkAddress[];
}

function describe(
	name: string,
	folder: string,
	known: Known | undefined,
): NetworkInterface | undefined {
	const attribute = (file: string): string | undefined =>
		readText(`${folder}/${file}`)?.trim();
	const index = Number(attribute("ifindex") ?? 0);
	// bonding_masters and its like are files beside the interfaces.
	if (known === undefined && index === 0) return undefined;
	const flags = Number(attribute("flags") ?? (known ? IFF_UP : 0));
	const mtu = Number(attribute("mtu"));
	return {
		name,
		index,
		mac: mac(attribute("address") ?? known?.mac),
		mtu: mtu > 0 ? mtu : undefined,
		loopback: known?.loopback ?? (flags & IFF_LOOPBACK) !== 0,
		up: (flags & IFF_UP) !== 0,
		addresses: known?.addresses ?? [],
	};
}

function mac(text: string | undefined): string {
	return text !== undefined && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)
		? text.toLowerCase()
		: NO_MAC;
}

function addressesByName(): Map<string, Known> {
	const byName = new Map<string, Known>();
	for (const [label, entries] of Object.entries(listAddresses())) {
		// An address with a label of its own ("eth0:1") belongs to the interface before the colon.
		const name = label.replace(/:.*$/, "");
		for (const entry of entries ?? []) {
			const known = byName.get(name) ?? {
				mac: entry.mac,
				loopback: entry.internal,
				addresses: [],
			};
			byName.set(name, known);
			known.addresses.push({
				address: entry.address.replace(/%.*$/, ""),
				family: entry.family === "IPv6" ? 6 : 4,
				prefixLength: Number(entry.cidr?.split("/")[1] ?? 32),
			});
		}
	}
	return byName;
}

/** Some sandboxes forbid the question; then sysfs alone tells. */
function listAddresses(): ReturnType<typeof networkInterfaces> {
	try {
		return networkInterfaces();
	} catch {
		return {};
	}
}
