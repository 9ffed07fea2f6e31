import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { createNetwork } from "../../src/system/network.ts";
import type { Network } from "../../src/system/network-types.ts";

/** The network of a host that has these files. */
function host(t: TestContext, files: Record<string, string> = {}): Network {
	const root = mkdtempSync(join(tmpdir(), "onvifd-network-"));
	t.after(() => rmSync(root, { recursive: true }));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	return createNetwork(root);
}

test("this host: loopback first, and every address that the system lists", () => {
	const network = createNetwork();
	const [lo, ...others] = network.interfaces();
	assert.equal(lo?.name, "lo");
	assert.equal(lo.loopback, true);
	assert.equal(lo.up, true);
	assert.equal(lo.index, 1);
	assert.equal(lo.mac, "00:00:00:00:00:00");
	assert.ok(lo.mtu !== undefined && lo.mtu >= 1280);
	assert.deepEqual(lo.addresses[0], {
		address: "127.0.0.1",
		family: 4,
		prefixLength: 8,
	});
	for (const one of others) assert.equal(one.loopback, false);
	const listed = () =>
		Object.values(networkInterfaces())
			.flat()
			.map((one) => one?.address)
			.sort();
	const found = () =>
		network
			.interfaces()
			.flatMap(({ addresses }) => addresses)
			.map(({ address }) => address)
			.sort();
	// Cables and leases of this host may come and go while we look.
	const looks = [listed(), found(), listed()];
	while (!isDeepStrictEqual(looks.at(-1), looks.at(-3)))
		looks.push(found(), listed());
	assert.deepEqual(looks.at(-2), looks.at(-1));
	assert.equal(network.hostname(), hostname());
});

test("the local address towards a peer is the kernel's choice", async () => {
	const network = createNetwork();
	assert.equal(await network.localAddressFor("127.0.0.1"), "127.0.0.1");
	assert.equal(await network.localAddressFor("127.8.9.1"), "127.0.0.1");
	assert.equal(await network.localAddressFor("camera.example"), undefined);
	assert.equal(await network.localAddressFor(""), undefined);
	assert.equal(await network.localAddressFor("fe80::1%nothere"), undefined);
});

test("a host without any of the files has nothing, and nothing throws", (t) => {
	const network = host(t);
	assert.deepEqual(network.defaultGateways(), []);
	assert.deepEqual(network.dns(), {
		servers: [],
		searchDomains: [],
		fromDhcp: false,
	});
	assert.deepEqual(network.ntp(), { servers: [], fromDhcp: false });
	// Without sysfs, what the system lists is all there is.
	assert.ok(network.interfaces().some(({ loopback, up }) => loopback && up));
});

test("interfaces that are down stand in sysfs alone; other files there are none", (t) => {
	const at = "sys/class/net";
	const network = host(t, {
		[`${at}/bonding_masters`]: "bond0\n",
		[`${at}/eth9/ifindex`]: "9\n",
		[`${at}/eth9/address`]: "02:AA:bb:cc:dd:ee\n",
		[`${at}/eth9/mtu`]: "1400\n",
		[`${at}/eth9/flags`]: "0x1002\n",
		[`${at}/tun8/ifindex`]: "8\n",
		[`${at}/tun8/address`]: "\n",
		[`${at}/tun8/flags`]: "0x1091\n",
	});
	const found = network.interfaces().filter(({ index }) => index > 0);
	assert.deepEqual(found, [
		{
			name: "tun8",
			index: 8,
			mac: "00:00:00:00:00:00",
			mtu: undefined,
			loopback: false,
			up: true,
			addresses: [],
		},
		{
			name: "eth9",
			index: 9,
			mac: "02:aa:bb:cc:dd:ee",
			mtu: 1400,
			loopback: false,
			up: false,
			addresses: [],
		},
	]);
});

test("gateways of both families, DNS and NTP are read from the host's files", (t) => {
	const network = host(t, {
		"proc/net/ipv6_route": `${"0".repeat(32)} 00 ${"0".repeat(32)} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n`,
		"etc/resolv.conf": "nameserver 127.0.0.53\nsearch stub\n",
		"run/systemd/resolve/resolv.conf":
			"nameserver 192.0.2.53\nsearch lan example.org\n",
		"run/systemd/netif/leases/2":
			"ADDRESS=192.0.2.9\nDNS=192.0.2.53 192.0.2.54\nNTP=192.0.2.123\n",
		"etc/systemd/timesyncd.conf": "[Time]\n#NTP=\nNTP=time.example.org\n",
		"etc/systemd/timesyncd.conf.d/50-more.conf": "[Time]\nNTP=192.0.2.1\n",
		"etc/systemd/timesyncd.conf.d/ignored.bak": "[Time]\nNTP=192.0.2.2\n",
	});
	assert.deepEqual(network.defaultGateways(), ["fe80::1"]);
	assert.deepEqual(network.dns(), {
		servers: ["192.0.2.53"],
		searchDomains: ["lan", "example.org"],
		fromDhcp: true,
	});
	assert.deepEqual(network.ntp(), {
		servers: ["time.example.org", "192.0.2.1"],
		fromDhcp: false,
	});
});

test("a lease's time servers count where none are configured", (t) => {
	const network = host(t, {
		"run/systemd/netif/leases/2": "NTP=192.0.2.123\n",
		"etc/systemd/timesyncd.conf": "[Time]\n#NTP=\n",
	});
	assert.deepEqual(network.ntp(), { servers: ["192.0.2.123"], fromDhcp: true });
});

test("chrony, where it is, before what is left of others", (t) => {
	const network = host(t, {
		"etc/chrony/chrony.conf": "pool 2.debian.pool.ntp.org iburst\n",
		"etc/chrony/sources.d/lan.sources": "server 192.0.2.7 prefer\n",
		"etc/ntp.conf": "server 192.0.2.8\n",
	});
	assert.deepEqual(network.ntp(), {
		servers: ["2.debian.pool.ntp.org", "192.0.2.7"],
		fromDhcp: false,
	});
});
