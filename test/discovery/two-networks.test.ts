import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { patienceMs } from "../helpers/patience.ts";
import type { Heard } from "./asker.ts";
import { ip, noNamespaces, type Peer, TwoNetworks } from "./namespaces.ts";
import { probe, read, resolve } from "./soap.ts";

interface WhatWasHeard {
	readonly answers: readonly Heard[];
	readonly announcements: readonly Heard[];
}

describe("a device in two networks", { skip: noNamespaces() }, () => {
	let networks: TwoNetworks;
	let endpointReference = "";

	before(async () => {
		networks = new TwoNetworks();
		for (const { peer, local } of networks.clients)
			await peer.do({ do: "listen", local });
		endpointReference = String(await networks.device.do({ do: "device" }));
	});
	after(() => networks.remove());

	test("says Hello in both, with the address it has there", async () => {
		for (const { peer, device } of networks.clients) {
			const hello = await announced(peer, "/discovery/Hello");
			assert.equal(hello.endpointReference, endpointReference);
			assert.equal(hello.xaddrs, serviceAt(device));
		}
	});

	test("answers each side once, with its own address", async () => {
		for (const { peer, device } of networks.clients) {
			const id = `uuid:${randomUUID()}`;
			const message = probe({ id, types: "dn:NetworkVideoTransmitter" });
			await peer.do({ do: "multicast", message });
			const [heard, ...more] = await answers(peer, id);
			assert.ok(heard);
			assert.deepEqual(more, []);
			assert.equal(heard.from, device);
			assert.equal(read(heard.text).xaddrs, serviceAt(device));
		}
	});

	test("answers across its networks when asked alone", async () => {
		const [a, b] = networks.clients;
		assert.ok(a && b);
		const id = `uuid:${randomUUID()}`;
		await a.peer.do({
			do: "unicast",
			message: resolve(endpointReference, { id }),
			to: b.device,
		});
		const [heard] = await answers(a.peer, id);
		assert.equal(heard?.from, b.device);
		assert.equal(read(heard?.text ?? "").xaddrs, serviceAt(b.device));
	});

	test("is found by npm onvif and by node-onvif", async () => {
		const ask = networks.clients.map(async ({ peer, device }) => {
			assert.deepEqual(await peer.do({ do: "npm onvif", count: 1 }), [
				[serviceAt(device)],
			]);
			const found = await peer.do({ do: "node-onvif", count: 1 });
			assert.ok(Array.isArray(found) && found.length === 1);
			assert.equal(found[0].urn, endpointReference);
			assert.deepEqual(found[0].xaddrs, [serviceAt(device)]);
			assert.equal(found[0].hardware, "D1-566");
		});
		await Promise.all(ask);
	});

	test("is found over IPv6 at its address in that network", async () => {
		const [, b] = networks.clients;
		assert.ok(b);
		await b.peer.do({ do: "listen", local: "fd91:2::2", scope: "eth0" });
		for (const to of [undefined, "fd91:2::1"]) {
			const id = `uuid:${randomUUID()}`;
			const message = probe({ id, types: "tds:Device" });
			await b.peer.do(
				to ? { do: "unicast", message, to } : { do: "multicast", message },
			);
			const [heard, ...more] = await answers(b.peer, id);
			assert.deepEqual(more, []);
			assert.equal(read(heard?.text ?? "").xaddrs, serviceAt("[fd91:2::1]"));
		}
		await b.peer.do({ do: "listen", local: b.local });
	});

	test("is found at an address that came later, and says Hello there", async () => {
		const [a] = networks.clients;
		assert.ok(a);
		const { device } = networks;
		networks.connect(device.namespace, "late", a.peer.namespace, "eth1");
		ip("-n", a.peer.namespace, "addr", "add", "10.91.9.2/24", "dev", "eth1");
		ip("-n", device.namespace, "addr", "add", "10.91.9.1/24", "dev", "late");
		await a.peer.do({ do: "listen", local: "10.91.9.2" });
		const hello = await announced(a.peer, serviceAt("10.91.9.1"));
		assert.equal(hello.name, "Hello");
		const id = `uuid:${randomUUID()}`;
		await a.peer.do({ do: "multicast", message: probe({ id }) });
		const [heard] = await answers(a.peer, id);
		assert.equal(read(heard?.text ?? "").xaddrs, serviceAt("10.91.9.1"));
		ip("-n", device.namespace, "link", "del", "late");
		await a.peer.do({ do: "listen", local: a.local });
	});

	test("says Bye in both", async () => {
		const log = await networks.device.do({ do: "stop" });
		for (const { peer } of networks.clients) {
			const bye = await announced(peer, "/discovery/Bye");
			assert.equal(bye.endpointReference, endpointReference);
		}
		assert.ok(Array.isArray(log));
		// The Hello's repetitions on the interface that the test took away.
		const others = log.filter((line) => !line.includes("ENETUNREACH"));
		assert.deepEqual(others, []);
	});
});

function serviceAt(address: string): string {
	return `http://${address}:8080/onvif/device_service`;
}

async function heard(peer: Peer): Promise<WhatWasHeard> {
	return (await peer.do({ do: "heard" })) as WhatWasHeard;
}

async function answers(peer: Peer, id: string): Promise<Heard[]> {
	return poll(async () => (await heard(peer)).answers, id);
}

async function announced(
	peer: Peer,
	part: string,
): Promise<ReturnType<typeof read>> {
	const [first] = await poll(
		async () => (await heard(peer)).announcements,
		part,
	);
	return read(first?.text ?? "");
}

async function poll(
	from: () => Promise<readonly Heard[]>,
	part: string,
): Promise<Heard[]> {
	for (const end = performance.now() + patienceMs; performance.now() < end; ) {
		const found = (await from()).filter(({ text }) => text.includes(part));
		if (found.length > 0) return found;
		await new Promise((wake) => setTimeout(wake, 20));
	}
	throw new Error(`"${part}" was not heard`);
}
