import { createHash } from "node:crypto";
import { isIP, isIPv4 } from "node:net";
import { refused } from "./errors.ts";
import type { Multicast, Token } from "./types.ts";

/** Where it goes when nobody chose a group: nowhere. */
export const noMulticast: Multicast = {
	address: "0.0.0.0",
	port: 0,
	ttl: 1,
	autoStart: false,
};

/** The group of a configuration that nobody chose one for. */
export function defaultMulticast(
	endpointReference: string,
	configuration: Token,
): Multicast {
	const hash = createHash("sha256")
		.update(`multicast ${endpointReference} ${configuration}`)
		.digest();
	// RFC 2365, 6.2: addresses for use within one organisation.
	const scope = 192 + (hash.readUInt8(0) & 3);
	const last = hash.readUInt8(2) % 254;
	// Even, and below what Linux gives to clients. Each its own: sockets hear every group at their port.
	const port = 20_000 + 4 * (hash.readUInt16BE(3) % 3000);
	return {
		...noMulticast,
		address: `239.${scope}.${hash.readUInt8(1)}.${last + 1}`,
		port,
	};
}

/** What is sent to: the chosen group, and the default where a client chose none. */
export function groupOf(
	chosen: Multicast,
	endpointReference: string,
	configuration: Token,
): Multicast {
	const otherwise = defaultMulticast(endpointReference, configuration);
	return {
		...chosen,
		address: isNone(chosen.address) ? otherwise.address : chosen.address,
		port: chosen.port === 0 ? otherwise.port : chosen.port,
	};
}

/** 0.0.0.0 (or ::) and port 0 stand for "none". RTCP needs the port behind it (RFC 3550, 11). */
export function checkMulticast(multicast: Multicast, served: boolean): void {
	const { address, port, ttl } = multicast;
	if (!isNone(address) && !isMulticast(address)) {
		throw refused("Multicast.Address is not a multicast address");
	}
	if (port < 0 || port > 65_534) {
		throw refused("Multicast.Port is not within 0-65534");
	}
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
