import { createSocket } from "node:dgram";
import { isIP, isIPv6 } from "node:net";
import { hostname } from "node:os";
import { listNames, readText } from "./network-files.ts";
import { readInterfaces } from "./network-interfaces.ts";
import { parseNtpConf, parseTimesyncd } from "./network-ntp.ts";
import {
	parseNetworkdLease,
	parseResolvConf,
	type Resolver,
} from "./network-resolv.ts";
import { parseIPv4Gateways, parseIPv6Gateways } from "./network-routes.ts";
import type { Network } from "./network-types.ts";

const RESOLVED_STUB = "127.0.0.53";
const DISCARD_PORT = 9;

/**
 * The Linux host's own network.
 *
 * @param root where the host's files are; another folder in tests.
 */
export function createNetwork(root = ""): Network {
	return {
		interfaces: () => readInterfaces(`${root}/sys/class/net`),
		hostname,
		defaultGateways: () => [
			...parseIPv4Gateways(readText(`${root}/proc/net/route`) ?? ""),
			...parseIPv6Gateways(readText(`${root}/proc/net/ipv6_route`) ?? ""),
		],
		dns: () => readResolver(root),
		ntp: () => readTimeServers(root),
		localAddressFor,
	};
}

function readResolver(root: string): Resolver {
	let resolver = parseResolvConf(readText(`${root}/etc/resolv.conf`) ?? "");
	if (resolver.servers.every((server) => server === RESOLVED_STUB)) {
		const behind = readText(`${root}/run/systemd/resolve/resolv.conf`);
		if (behind !== undefined) resolver = parseResolvConf(behind);
	}
	const leased = readLeases(root).flatMap((lease) => lease.dns);
	return {
		...resolver,
		fromDhcp: resolver.fromDhcp || all(resolver.servers, leased),
	};
}

function readTimeServers(root: string): ReturnType<Network["ntp"]> {
	const leased = readLeases(root).flatMap((lease) => lease.ntp);
	for (const servers of [
		readNtpConfs(root, "/etc/chrony", ["conf.d", "sources.d"], "chrony.conf"),
		readNtpConfs(root, "/etc", [], "chrony.conf"),
		readNtpConfs(root, "/etc/ntpsec", [], "ntp.conf"),
		readNtpConfs(root, "/etc", [], "ntp.conf"),
		readNtpConfs(root, "/etc/openntpd", [], "ntpd.conf"),
		readTimesyncd(root),
	]) {
		if (servers.length > 0) return { servers, fromDhcp: all(servers, leased) };
	}
	return { servers: [...new Set(leased)], fromDhcp: leased.length > 0 };
}

function readNtpConfs(
	root: string,
	folder: string,
	dropIns: readonly string[],
	main: string,
): string[] {
	const paths = [
		`${folder}/${main}`,
		...dropIns.flatMap((name) => listed(root, `${folder}/${name}`)),
	].filter((path) => /\.(conf|sources)$/.test(path));
	return [
		...new Set(
			paths.flatMap((path) => parseNtpConf(readText(root + path) ?? "")),
		),
	];
}

function readTimesyncd(root: string): string[] {
	const paths = [
		"/etc/systemd/timesyncd.conf",
		...["/usr/lib", "/run", "/etc"].flatMap((at) =>
			listed(root, `${at}/systemd/timesyncd.conf.d`),
		),
	].filter((path) => path.endsWith(".conf"));
	return parseTimesyncd(paths.map((path) => readText(root + path) ?? ""));
}

function readLeases(root: string): ReturnType<typeof parseNetworkdLease>[] {
	return listed(root, "/run/systemd/netif/leases").map((path) =>
		parseNetworkdLease(readText(root + path) ?? ""),
	);
}

function listed(root: string, folder: string): string[] {
	return listNames(root + folder).map((name) => `${folder}/${name}`);
}

function all(some: readonly string[], of: readonly string[]): boolean {
	return some.length > 0 && some.every((one) => of.includes(one));
}

function localAddressFor(peer: string): Promise<string | undefined> {
	if (isIP(peer) === 0) return Promise.resolve(undefined);
	return new Promise((resolve) => {
		const socket = createSocket(isIPv6(peer) ? "udp6" : "udp4");
		const done = (address: string | undefined): void => {
			socket.close();
			resolve(address);
		};
		// No route, no IPv6 in the kernel: there is no such address, which is the answer.
		socket.once("error", () => done(undefined));
		socket.connect(DISCARD_PORT, peer, () => {
			const address = withoutZone(socket.address().address);
			// A zone of no interface connects, but to nothing.
			done(address === "::" ? undefined : address);
		});
	});
}

/** `fe80::1%eth0` and `::ffff:192.0.2.1` as addresses that stand in a URL. */
function withoutZone(address: string): string {
	return address.replace(/%.*$/, "").replace(/^::ffff:(?=[\d.]+$)/i, "");
}
