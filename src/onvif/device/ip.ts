import { isIP } from "node:net";
import type { IPAddress, NetworkHost } from "../../soap/schema/generated/tt.ts";

/** An address without its zone, which means nothing to anybody else. */
export function withoutZone(address: string): string {
	return address.replace(/%.*$/, "");
}

export function ipAddress(address: string): IPAddress {
	const plain = withoutZone(address);
	return isIP(plain) === 6
		? { Type: "IPv6", IPv6Address: plain }
		: { Type: "IPv4", IPv4Address: plain };
}

/** A host as somebody wrote it into a configuration file: address or name. */
export function networkHost(host: string): NetworkHost {
	const plain = withoutZone(host);
	return isIP(plain) === 0 ? { Type: "DNS", DNSname: host } : ipAddress(plain);
}
