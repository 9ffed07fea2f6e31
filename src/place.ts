import type { CameraConfig } from "./config/load.ts";
import { CannotStart } from "./system/cannot-start.ts";
import type { Network, NetworkInterface } from "./system/network-types.ts";

/** Where in the host's network a camera is. */
export interface Place {
	/** What its servers listen on; null for all addresses. */
	readonly httpHost: string | null;
	readonly rtspHost: string | null;
	/** The one address that clients reach it by; undefined when there are several. */
	readonly address: string | undefined;
	/** Clients know a camera by it. */
	readonly mac: string | undefined;
	/** What the camera tells of the network. */
	readonly network: Network;
}

/**
 * A camera with an interface of its own listens on that interface's address and knows of no other.
 * @throws CannotStart when there is no such interface, or no address yet
 */
export function placeOf(config: CameraConfig, network: Network): Place {
	const { interface: name, http, rtsp, prefix } = config;
	const outward = network.interfaces().filter((one) => one.up && !one.loopback);
	if (name === null) {
		const address = isWildcard(http.host) ? undefined : http.host;
		const holds = (one: NetworkInterface) =>
			one.addresses.some((at) => at.address === address);
		return {
			httpHost: http.host,
			rtspHost: rtsp.host,
			address: address ?? undefined,
			mac: (outward.find(holds) ?? outward[0])?.mac,
			network,
		};
	}
	const own = () => network.interfaces().filter((one) => one.name === name);
	const [found] = own();
	if (found === undefined)
		throw new CannotStart(
			`there is no network interface ${name}: make it, or set ${prefix}interface in the configuration`,
		);
	const address = addressOf(found);
	if (!found.up || address === undefined)
		throw new CannotStart(
			`network interface ${name} has no address: ip link set ${name} up, and give it one (${prefix}interface in the configuration)`,
		);
	return {
		httpHost: address,
		rtspHost: address,
		address,
		mac: found.mac,
		network: { ...network, interfaces: own },
	};
}

/** Interfaces that the configuration names and the host does not have, or not yet: a line each for the log. */
export function missingInterfaces(
	{ prefix, discovery, multicast }: CameraConfig,
	network: Network,
): string[] {
	const there = network.interfaces().map(({ name }) => name);
	return Object.entries({ discovery, multicast }).flatMap(
		([key, { interfaces }]) =>
			interfaces
				.filter((name) => !there.includes(name))
				.map(
					(name) =>
						`${prefix}${key}.interfaces names ${name}, which is not there; this host has ${there.join(", ")}`,
				),
	);
}

/** Whether it stands for all addresses. */
export function isWildcard(host: string | null): boolean {
	return host === null || host === "0.0.0.0" || host === "::";
}

/** IPv4 first: many recorders know nothing else. A link-local IPv6 one cannot stand in a URL. */
function addressOf({ addresses }: NetworkInterface): string | undefined {
	const usable = addresses.filter(({ address }) => !/^fe[89ab]/i.test(address));
	return (usable.find(({ family }) => family === 4) ?? usable[0])?.address;
}
