import assert from "node:assert/strict";
import { test } from "node:test";
import { hostOf, linksOf, linkTowards } from "../../src/discovery/links.ts";
import { createNetwork } from "../../src/system/network.ts";
import type {
	Network,
	NetworkInterface,
} from "../../src/system/network-types.ts";

function anInterface(
	index: number,
	name: string,
	...addresses: string[]
): NetworkInterface {
	return {
		name,
		index,
		mac: "02:00:00:00:00:01",
		mtu: 1500,
		loopback: name === "lo",
		up: name !== "down0",
		addresses: addresses.map((text) => {
			const [address = "", prefix] = text.split("/");
			return {
				address,
				family: address.includes(":") ? 6 : 4,
				prefixLength: Number(prefix),
			};
		}),
	};
}

const interfaces = [
	anInterface(1, "lo", "127.0.0.1/8", "::1/128"),
	anInterface(
		2,
		"eth0",
		"10.1.0.5/24",
		"10.1.7.5/24",
		"fe80::5/64",
		"fd01::5/64",
	),
	anInterface(3, "wlan0", "10.2.0.5/16", "fe80::6/64"),
	anInterface(4, "eth1", "10.2.3.5/24"),
	anInterface(5, "down0", "10.9.0.5/24"),
];
const links = linksOf(interfaces, undefined);

function network(route: Record<string, string>): Network {
	return {
		...createNetwork("/nowhere"),
		localAddressFor: (peer) => Promise.resolve(route[peer]),
	};
}

test("every address of an interface that is up is a link; one a family announces, not on loopback", () => {
	assert.deepEqual(
		links.map(({ address, announces }) => [address, announces]),
		[
			["127.0.0.1", false],
			["::1", false],
			["10.1.0.5", true],
			["10.1.7.5", false],
			["fe80::5", true],
			["fd01::5", false],
			["10.2.0.5", true],
			["fe80::6", true],
			["10.2.3.5", true],
		],
	);
});

test("named interfaces are the only ones, and loopback announces when it is named", () => {
	assert.deepEqual(
		linksOf(interfaces, ["lo", "down0"]).map(({ address, announces }) => [
			address,
			announces,
		]),
		[
			["127.0.0.1", true],
			["::1", false],
		],
	);
});

const towards: [
	asker: string,
	route: string | undefined,
	link: string | undefined,
][] = [
	["127.0.0.1", undefined, "127.0.0.1"],
	["10.1.0.5", undefined, "10.1.0.5"],
	["10.1.0.77", undefined, "10.1.0.5"],
	["10.1.7.77", undefined, "10.1.7.5"],
	["10.2.9.77", undefined, "10.2.0.5"],
	// Both wlan0's and eth1's: the kernel knows.
	["10.2.3.77", "10.2.3.5", "10.2.3.5"],
	["192.0.2.9", "10.1.0.5", "10.1.0.5"],
	["192.0.2.9", undefined, undefined],
	["192.0.2.9", "172.17.0.1", undefined],
	["fe80::77%eth0", undefined, "fe80::5"],
	["fe80::77%wlan0", undefined, "fe80::6"],
	["fd01::77", undefined, "fd01::5"],
	["2001:db8::1", "fd01::5", "fd01::5"],
];

for (const [asker, route, link] of towards)
	test(`${asker}, routed from ${route}, is answered from ${link}`, async () => {
		const found = await linkTowards(
			asker,
			links,
			network(route ? { [asker]: route } : {}),
		);
		assert.equal(found?.address, link);
	});

test("a URL's host is the address; a link-local IPv6 one only where there is no other", () => {
	const hosts = Object.fromEntries(
		links.map((link) => [link.address, hostOf(link, links)]),
	);
	assert.equal(hosts["10.2.0.5"], "10.2.0.5");
	assert.equal(hosts["fd01::5"], "[fd01::5]");
	assert.equal(hosts["fe80::5"], "[fd01::5]");
	assert.equal(hosts["fe80::6"], "[fe80::6]");
	assert.equal(hosts["::1"], "[::1]");
});
