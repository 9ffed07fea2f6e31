import { endianness } from "node:os";

const RTF_UP = 0x1;
const RTF_GATEWAY = 0x2;
const RTF_REJECT = 0x200;

interface Gateway {
	readonly address: string;
	readonly metric: number;
}

/**
 * Default gateways in /proc/net/route, the preferred first.
 *
 * The kernel prints addresses as numbers of its own byte order, so `order` is the host's.
 */
export function parseIPv4Gateways(
	text: string,
	order: "LE" | "BE" = endianness(),
): string[] {
	const found: Gateway[] = [];
	for (const line of text.split("\n").slice(1)) {
		const [, destination, gateway, flags, , , metric, mask] = line.split(/\s+/);
		if (destination !== "00000000" || mask !== "00000000") continue;
		const bits = Number.parseInt(flags ?? "", 16);
		if ((bits & RTF_UP) === 0 || (bits & RTF_GATEWAY) === 0) continue;
		if (gateway === undefined || !/^[0-9A-F]{8}$/i.test(gateway)) continue;
		const bytes = [...Buffer.from(gateway, "hex")];
		if (order === "LE") bytes.reverse();
		found.push({ address: bytes.join("."), metric: Number(metric) || 0 });
	}
	return preferredFirst(found);
}

/** Default gateways in /proc/net/ipv6_route, the preferred first; link-local ones without their zone. */
export function parseIPv6Gateways(text: string): string[] {
	const found: Gateway[] = [];
	for (const line of text.split("\n")) {
		const [destination, prefix, , , gateway, metric, , , flags] =
			line.split(/\s+/);
		if (prefix !== "00" || !/^0{32}$/.test(destination ?? "")) continue;
		if (gateway === undefined || !/^[0-9a-f]{32}$/i.test(gateway)) continue;
		if (/^0+$/.test(gateway)) continue;
		const bits = Number.parseInt(flags ?? "", 16);
		if ((bits & RTF_UP) === 0 || (bits & RTF_REJECT) !== 0) continue;
		found.push({
			address: writeIPv6(gateway),
			metric: Number.parseInt(metric ?? "", 16) || 0,
		});
	}
	return preferredFirst(found);
}

function preferredFirst(gateways: readonly Gateway[]): string[] {
	const sorted = gateways.toSorted((a, b) => a.metric - b.metric);
	return [...new Set(sorted.map((gateway) => gateway.address))];
}

/** RFC 5952's form, as the URL parser writes it. */
function writeIPv6(hex: string): string {
	const groups = hex.match(/.{4}/g) ?? [];
	return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
