import assert from "node:assert/strict";
import { test } from "node:test";
import { groupInterfaces } from "../../../src/outputs/multicast/interfaces.ts";
import type { NetworkInterface } from "../../../src/system/network-types.ts";

const one = (
	name: string,
	address: string,
	other: Partial<NetworkInterface> = {},
): NetworkInterface => ({
	...{ name, index: 1, mac: "02:00:00:00:00:01", mtu: 1500 },
	...{ loopback: false, up: true },
	addresses: [
		{ address, family: address.includes(":") ? 6 : 4, prefixLength: 24 },
	],
	...other,
});
const network = {
	interfaces: () => [
		one("lo", "127.0.0.1", { loopback: true }),
		one("eth0", "192.0.2.1"),
		one("eth1", "198.51.100.1"),
		one("eth2", "203.0.113.1", { up: false }),
		one("tun0", "2001:db8::1"),
	],
};

for (const [what, address, names, expected] of [
	["all that are up", undefined, [], ["eth0", "eth1", "tun0"]],
	["those named", undefined, ["eth1", "eth2", "none"], ["eth1"]],
	["that of the one address", "198.51.100.1", [], ["eth1"]],
	["the loopback of a camera that is only there", "127.0.0.1", [], ["lo"]],
	["none for an address that is gone", "192.0.2.77", [], []],
] as const)
	test(`groups are sent to by ${what}`, () => {
		const found = groupInterfaces(network, address, names);
		assert.deepEqual(
			found.map(({ name }) => name),
			expected,
		);
	});

test("an interface without IPv4 has no address of it", () => {
	assert.deepEqual(groupInterfaces(network, "2001:db8::1", []), [
		{ name: "tun0", address4: undefined },
	]);
});
