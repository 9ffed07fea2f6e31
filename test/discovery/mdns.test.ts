import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noNamespaces, TwoNetworks } from "./namespaces.ts";

describe("mDNS in two networks", { skip: noNamespaces() }, () => {
	let networks: TwoNetworks;

	before(async () => {
		networks = new TwoNetworks();
		for (const { peer, local } of networks.clients)
			await peer.do({ do: "browse", local });
		await networks.device.do({ do: "announce" });
	});
	after(() => networks.remove());

	async function browsed(at: number, event: string): Promise<string[]> {
		const peer = networks.clients[at]?.peer;
		let lines: string[] = [];
		const end = Date.now() + 10_000;
		while (lines.length < 2 && Date.now() < end) {
			const all = await peer?.do({ do: "browsed" });
			if (Array.isArray(all))
				lines = all.filter((line) => line.startsWith(event));
			await new Promise((wake) => setTimeout(wake, 50));
		}
		return lines.sort();
	}

	test("each network sees both services at the address there", async () => {
		for (const [at, { device }] of networks.clients.entries()) {
			assert.deepEqual(await browsed(at, "up"), [
				`up http Front Door onvifd-1234ab.local 8080 ${device} {"path":"/"}`,
				`up rtsp Front Door onvifd-1234ab.local 8554 ${device} {"path":"/main"}`,
			]);
		}
	});

	test("goodbyes take them away", async () => {
		const log = await networks.device.do({ do: "withdraw" });
		assert.deepEqual(log, []);
		for (const at of networks.clients.keys())
			assert.equal((await browsed(at, "down")).length, 2);
	});
});
