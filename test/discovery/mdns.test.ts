import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { patienceMs } from "../helpers/patience.ts";
import { noNamespaces, TwoNetworks } from "./namespaces.ts";

describe("mDNS in two networks", { skip: noNamespaces() }, () => {
	let networks: TwoNetworks;

	before(async () => {
		networks = new TwoNetworks();
		for (const { peer, local } of networks.clients)
			await peer.do({ do: "browse", local });
		await networks.device.do({ do: "announce", host: "onvifd-1234ab" });
	});
	after(() => networks.remove());

	async function browsed(
		at: number,
		event: string,
		count: number,
	): Promise<string[]> {
		const peer = networks.clients[at]?.peer;
		for (
			const end = performance.now() + patienceMs;
			performance.now() < end;
		) {
			const all = await peer?.do({ do: "browsed" });
			assert.ok(Array.isArray(all));
			const lines = all.filter((line) => line.startsWith(event));
			if (lines.length >= count) return lines.sort();
			await new Promise((wake) => setTimeout(wake, 50));
		}
		throw new Error(`no ${count} lines of "${event}"`);
	}

	test("each network sees both services at the address there", async () => {
		for (const [at, { device }] of networks.clients.entries()) {
			const addresses = `${device},fd91:${at + 1}::1`;
			assert.deepEqual(await browsed(at, "up", 2), [
				`up http Front Door onvifd-1234ab.local 8080 ${addresses} {"path":"/"}`,
				`up rtsp Front Door onvifd-1234ab.local 8554 ${addresses} {"path":"/main"}`,
			]);
		}
	});

	test("goodbyes take them away", async () => {
		const log = await networks.device.do({ do: "withdraw" });
		assert.deepEqual(log, []);
		for (const at of networks.clients.keys())
			assert.equal((await browsed(at, "down", 2)).length, 2);
	});

	test("of two devices with one name, one takes another", async () => {
		const [a, b] = networks.clients;
		assert.ok(a && b);
		await Promise.all([
			a.peer.do({ do: "announce", host: "onvifd-aa" }),
			networks.device.do({ do: "announce", host: "onvifd-bb" }),
		]);
		const lines = await browsed(0, "up rtsp Front Door (2)", 1);
		assert.match(lines.join(), /onvifd-bb\.local 8554/);
		// The other network has one Front Door alone.
		const others = await browsed(1, "up rtsp", 2);
		assert.ok(others.every((line) => line.includes(" Front Door onvifd-")));
		for (const peer of [a.peer, networks.device])
			assert.deepEqual(await peer.do({ do: "withdraw" }), []);
	});
});
