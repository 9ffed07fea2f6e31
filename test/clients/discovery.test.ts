import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Heard } from "../discovery/asker.ts";
import {
	noNamespaces,
	type Peer,
	TwoNetworks,
} from "../discovery/namespaces.ts";
import { read } from "../discovery/soap.ts";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import { askAgain, run } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";
import type { FoundCamera } from "./client-in-namespace.ts";

const CLIENT = fileURLToPath(
	new URL("client-in-namespace.ts", import.meta.url),
);
const messages = new Messages();
const clients = ["npm onvif", "node-onvif"] as const;

const inside = (peer: Peer) => ["ip", "netns", "exec", peer.namespace];

/** What a client finds in the peer's network, from the probe to the picture's address. */
async function find(
	peer: Peer,
	client: (typeof clients)[number],
): Promise<FoundCamera> {
	const [file = "", ...before] = inside(peer);
	const { code, stdout, stderr } = await run(file, [
		...before,
		process.execPath,
		"--import",
		"tsx",
		CLIENT,
		client,
		"1",
	]);
	assert.equal(code, 0, stderr);
	return JSON.parse(stdout.toString());
}

/** The first text that a peer heard announced with `part` in it. */
async function announced(peer: Peer, part: string) {
	let text: string | undefined;
	await until(async () => {
		const heard = (await peer.do({ do: "heard" })) as {
			readonly announcements: readonly Heard[];
		};
		text = heard.announcements.find((one) => one.text.includes(part))?.text;
		return text !== undefined;
	}, `${part} is heard`);
	return read(text ?? "");
}

/** Lines of the mDNS browser that begin with `event`, once there are `count`. */
async function browsed(
	peer: Peer,
	event: string,
	count: number,
): Promise<string[]> {
	let lines: string[] = [];
	await until(async () => {
		const all = await peer.do({ do: "browsed" });
		assert.ok(Array.isArray(all));
		lines = all.filter((line) => line.startsWith(event));
		return lines.length >= count;
	}, `${count} lines of "${event}"`);
	return lines.sort();
}

describe("a camera in two networks, found and played", {
	skip: noNamespaces(),
}, () => {
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
			config: { name: "Front Door", http: {}, rtsp: {}, discovery: {} },
		});
	});
	after(async () => {
		await service?.remove();
		await networks?.remove();
	});

	test("says Hello in both, with the address that it has there", async () => {
		for (const { peer, device } of networks.clients) {
			const hello = await announced(peer, "/discovery/Hello");
			assert.equal(
				hello.xaddrs,
				`http://${device}:${service.http}/onvif/device_service`,
			);
			assert.match(
				hello.scopes ?? "",
				/onvif:\/\/www\.onvif\.org\/name\/Front%20Door( |$)/,
			);
		}
	});

	for (const client of clients)
		test(`${client} finds it, logs in and gets addresses that stand on its side`, async () => {
			await Promise.all(
				networks.clients.map(async ({ peer, device }) => {
					const found = await find(peer, client);
					for (const text of found.messages) messages.add(text);
					assert.deepEqual(found, {
						xaddrs: [[`http://${device}:${service.http}/onvif/device_service`]],
						profiles: ["main", "sub", "jpeg"],
						streamUri: `rtsp://${device}:${service.rtsp}/main`,
						snapshotUri: `http://${device}:${service.http}/snapshot/main`,
						messages: found.messages,
					});
					const others = networks.clients.filter((one) => one.peer !== peer);
					// GetNetworkInterfaces would tell all addresses; these clients do not ask it.
					for (const text of found.messages)
						for (const other of others)
							assert.ok(!text.includes(other.device), text);
				}),
			);
		});

	for (const transport of ["tcp", "udp"])
		test(`ffprobe plays it from both sides over ${transport}`, async () => {
			const play = networks.clients.map(async ({ peer, device }) => {
				const login = `${administrator.name}:${encodeURIComponent(administrator.password)}`;
				const url = `rtsp://${login}@${device}:${service.rtsp}/main`;
				const stream = await probe(
					["-rtsp_transport", transport, url],
					inside(peer),
				);
				assert.deepEqual(
					[stream.codec_name, stream.width, stream.height],
					["h264", 1280, 720],
				);
			});
			await Promise.all(play);
		});

	test("its snapshot is seen from both sides", async () => {
		for (const { peer, device } of networks.clients) {
			const [file = "", ...before] = inside(peer);
			const { stdout, stderr } = await run(file, [
				...before,
				"curl",
				"-sSf",
				...askAgain,
				"--digest",
				"-u",
				`${administrator.name}:${administrator.password}`,
				`http://${device}:${service.http}/snapshot/sub`,
			]);
			assert.ok(stdout.length > 1000, stderr);
			assert.equal(stdout.readUInt16BE(0), 0xffd8);
		}
	});

	test("mDNS tells both sides of RTSP and HTTP", async () => {
		for (const { peer, device } of networks.clients) {
			const [http, rtsp] = await browsed(peer, "up", 2);
			assert.match(
				http ?? "",
				new RegExp(
					`^up http Front Door onvifd-\\S+\\.local ${service.http} ${device}[, ]`,
				),
			);
			assert.match(
				rtsp ?? "",
				new RegExp(
					`^up rtsp Front Door onvifd-\\S+\\.local ${service.rtsp} ${device}[, ].*"path":"/main"`,
				),
			);
		}
	});

	test("SIGTERM: Bye and goodbye in both, and nothing answers any more", async () => {
		const { code } = await service.stop();
		assert.equal(code, 0, service.stderr());
		for (const { peer } of networks.clients) {
			const bye = await announced(peer, "/discovery/Bye");
			assert.match(bye.endpointReference ?? "", /^urn:uuid:/);
			assert.equal((await browsed(peer, "down", 2)).length, 2);
		}
		assert.doesNotMatch(service.stderr(), / error /);
	});

	test("the clients' answers are as the schemas have them", (t) =>
		messages.validate(t));
});
