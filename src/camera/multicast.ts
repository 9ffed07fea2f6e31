import { isIP, isIPv4 } from "node:net";
import { refused } from "./errors.ts";
import type { Multicast } from "./types.ts";

/** Before anybody sets one. */
export const noMulticast: Multicast = {
	address: "0.0.0.0",
	port: 0,
	ttl: 1,
	autoStart: false,
};

/** 0.0.0.0 (or ::) stands for "none", which is what we say ourselves before anybody sets one. */
export function checkMulticast(multicast: Multicast, served: boolean): void {
	const { address, port, ttl } = multicast;
	if (!isNone(address) && !isMulticast(address)) {
		throw refused("Multicast.Address is not a multicast address");
	}
	if (port < 0 || port > 65_535) throw refused("Multicast.Port is no port");
	if (ttl < 0 || ttl > 255) throw refused("Multicast.TTL is not within 0-255");
	if (multicast.autoStart && !served) {
		throw refused("Multicast.AutoStart is not implemented");
	}
}

function isNone(address: string): boolean {
	return address === "0.0.0.0" || address === "::";
}

function isMulticast(address: string): boolean {
	if (isIPv4(address)) {
		const first = Number.parseInt(address, 10);
		return first >= 224 && first <= 239;
	}
	return isIP(address) === 6 && /^ff[\da-f:.]+$/i.test(address);
}
