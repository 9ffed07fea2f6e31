import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noNamespaces, TwoNetworks } from "../discovery/namespaces.ts";
import { probe, read } from "../discovery/soap.ts";
import { until } from "../helpers/media.ts";
import { type RunningService, startService } from "../helpers/service.ts";

const names = ["Front door", "Garden"];
/** As they are chosen where the file gives none. */
const ports = [
	{ http: 8080, rtsp: 8554 },
	{ http: 8081, rtsp: 8555 },
];

describe("two cameras at one address", { skip: noNamespaces() }, () => {
	let networks: TwoNetworks;
	let service: RunningService;
	before(async () => {
		networks = new TwoNetworks();
		for (const { peer, local } of networks.clients) {
			await peer.do({ do: "listen", local });
			await peer.do({ do: "browse", local });
		}
		service = await startService({
			namespace: networks.device.namespace,
			config: {
				http: {},
				rtsp: {},
				discovery: {},
				cameras: names.map((name, index) => ({ token: `c${index}`, name })),
			},
		});
	});
	after(async () => {
		await service?.remove();
		await networks?.remove();
	});

	const xaddrsAt = (host: string) =>
		ports.map(({ http }) => `http://${host}:${http}/onvif/device_service`);

	test("npm onvif and node-onvif find both, from both networks", async () => {
		for (const { peer, device } of networks.clients) {
			const byOnvif = await peer.do({ do: "npm onvif", count: 2 });
			assert.ok(Array.isArray(byOnvif));
			assert.deepEqual(byOnvif.flat().sort(), xaddrsAt(device));
			const byNode = await peer.do({ do: "node-onvif", count: 2 });
			assert.ok(Array.isArray(byNode));
			assert.deepEqual(
				byNode.flatMap(({ xaddrs }) => xaddrs).sort(),
				xaddrsAt(device),
			);
		}
	});

	test("a probe to the address alone reaches both", async () => {
		for (const [index, { peer, device }] of networks.clients.entries()) {
			const id = `uuid:alone-${index}`;
			const message = probe({ id });
			await peer.do({ do: "unicast", message, to: device });
			let xaddrs: (string | undefined)[] = [];
			await until(async () => {
				const heard = (await peer.do({ do: "heard" })) as {
					readonly answers: readonly { readonly text: string }[];
				};
				xaddrs = heard.answers
					.filter(({ text }) => text.includes(id))
					.map(({ text }) => read(text).xaddrs);
				return xaddrs.length >= 2;
			}, "two answers");
			assert.deepEqual(xaddrs.sort(), xaddrsAt(device));
		}
	});

	test("mDNS tells of each by its name, with its ports", async () => {
		for (const { peer, device } of networks.clients) {
			let lines: string[] = [];
			await until(async () => {
				const all = await peer.do({ do: "browsed" });
				assert.ok(Array.isArray(all));
				lines = all.filter((line) => line.startsWith("up "));
				return lines.length >= 4;
			}, "four services");
			const told = lines.map(
				(line) =>
					/^(up .* \d+ [\d.]+)[, ]/.exec(
						line.replace(/ onvifd-\S+\.local/, ""),
					)?.[1],
			);
			const expected = names.flatMap((name, index) => [
				`up http ${name} ${ports[index]?.http} ${device}`,
				`up rtsp ${name} ${ports[index]?.rtsp} ${device}`,
			]);
			assert.deepEqual(told.sort(), expected.sort());
			const hosts = lines.map((line) => / (onvifd-\S+)\.local/.exec(line)?.[1]);
			assert.equal(new Set(hosts).size, 2);
		}
	});

	test("SIGTERM: goodbye from each", async () => {
		const { code } = await service.stop();
		assert.equal(code, 0, service.stderr());
		for (const { peer } of networks.clients)
			await until(async () => {
				const all = await peer.do({ do: "browsed" });
				assert.ok(Array.isArray(all));
				return all.filter((line) => line.startsWith("down ")).length === 4;
			}, "four goodbyes");
		assert.doesNotMatch(service.stderr(), / error /);
	});
});
