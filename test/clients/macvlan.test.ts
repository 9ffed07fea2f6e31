import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ip, noNamespaces, Peer } from "../discovery/namespaces.ts";
import {
	type Message,
	probe as probeMessage,
	read,
} from "../discovery/soap.ts";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import { askAgain, run } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import type { FoundCamera } from "./client-in-namespace.ts";

const CLIENT = fileURLToPath(
	new URL("client-in-namespace.ts", import.meta.url),
);
const DOCUMENT = fileURLToPath(
	new URL("../../docs/several-cameras.md", import.meta.url),
);
const SUBNET = "10.92.1";
const CLIENT_ADDRESS = `${SUBNET}.2`;
const cameras = [1, 2].map((n) => ({
	name: `camera${n}`,
	address: `${SUBNET}.6${n}`,
	mac: `02:00:5e:00:00:0${n}`,
	xaddr: `http://${SUBNET}.6${n}:8080/onvif/device_service`,
	width: 320 * n,
}));

/** The recipe's commands as they stand in the documentation, for the test's network. */
function recipe(): string {
	const [, commands = ""] =
		/```sh\n([\s\S]*?)```/.exec(readFileSync(DOCUMENT, "utf8")) ?? [];
	assert.match(commands, /type macvlan/);
	return commands.replaceAll("192.168.1", SUBNET);
}

/** A host with the recipe's macvlans, and a client on the same cable. */
class MacvlanHost {
	readonly #names: string[] = [];
	readonly host: string;
	readonly client: string;

	constructor() {
		try {
			this.host = this.#add("macvlans");
			this.client = this.#add("recorder");
			const cable = ["link", "add", "eth0", "netns", this.host, "type", "veth"];
			ip(...cable, "peer", "name", "eth0", "netns", this.client);
			for (const [name, last] of [
				[this.host, 1],
				[this.client, 2],
			] as const) {
				const address = `${SUBNET}.${last}/24`;
				ip("-n", name, "address", "add", address, "dev", "eth0");
				ip("-n", name, "link", "set", "eth0", "up");
			}
			// npm onvif sends its probe by the default route.
			const route = ["route", "add", "default", "via", `${SUBNET}.1`];
			ip("-n", this.client, ...route);
			const inside = ["netns", "exec", this.host, "sh", "-eu"];
			execFileSync("ip", inside, { input: recipe() });
		} catch (error) {
			this.remove();
			throw error;
		}
	}

	remove(): void {
		for (const name of this.#names.splice(0)) ip("netns", "del", name);
	}

	#add(part: string): string {
		const name = `onvifd-${process.pid}-${part}`;
		ip("netns", "add", name);
		this.#names.push(name);
		ip("-n", name, "link", "set", "lo", "up");
		return name;
	}
}

describe("two cameras, each on a macvlan of its own", {
	skip: noNamespaces(),
}, () => {
	let network: MacvlanHost;
	let peer: Peer;
	let service: RunningService;
	const inClient = () => ["ip", "netns", "exec", network.client];
	before(async () => {
		network = new MacvlanHost();
		peer = new Peer(network.client);
		await peer.do({ do: "listen", local: CLIENT_ADDRESS });
		await peer.do({ do: "browse", local: CLIENT_ADDRESS });
		service = await startService({
			namespace: network.host,
			config: {
				http: {},
				rtsp: {},
				discovery: {},
				cameras: cameras.map(({ name, width }) => ({
					token: name,
					interface: name,
					profiles: [{ token: "main", encoding: "H264", width, height: 240 }],
				})),
			},
		});
	});
	after(async () => {
		await service?.remove();
		await peer?.end();
		network?.remove();
	});

	/** What the client heard that has `part` in it, once there are two of different devices. */
	async function heard(
		kind: "answers" | "announcements",
		part: string,
	): Promise<Message[]> {
		const found = new Map<string, Message>();
		await until(async () => {
			const all = (await peer.do({ do: "heard" })) as Record<
				typeof kind,
				readonly { readonly text: string }[]
			>;
			for (const { text } of all[kind])
				if (text.includes(part)) {
					const message = read(text);
					found.set(message.endpointReference ?? "", message);
				}
			return found.size === 2;
		}, `two ${part}`);
		return [...found.values()].sort((a, b) =>
			String(a.xaddrs).localeCompare(String(b.xaddrs)),
		);
	}

	function checkEach(messages: readonly Message[]): void {
		for (const [index, { xaddr, mac, name }] of cameras.entries()) {
			const message = messages[index];
			assert.equal(message?.xaddrs, xaddr);
			assert.match(message?.scopes ?? "", new RegExp(`/MAC/${mac}( |$)`));
			assert.match(message?.scopes ?? "", new RegExp(`/name/${name}( |$)`));
		}
	}

	test("each says Hello with its own address and MAC address", async () => {
		checkEach(await heard("announcements", "/discovery/Hello"));
	});

	test("both answer one probe, each with its own address", async () => {
		const message = probeMessage({ id: "uuid:both" });
		await peer.do({ do: "multicast", message });
		checkEach(await heard("answers", "uuid:both"));
	});

	test("a probe to one's address alone is answered by that one", async () => {
		const [, second] = cameras;
		const message = probeMessage({ id: "uuid:second" });
		await peer.do({ do: "unicast", message, to: second?.address ?? "" });
		const later = probeMessage({ id: "uuid:later" });
		await peer.do({ do: "multicast", message: later });
		await heard("answers", "uuid:later");
		const { answers } = (await peer.do({ do: "heard" })) as {
			readonly answers: readonly { readonly text: string }[];
		};
		assert.deepEqual(
			answers
				.filter(({ text }) => text.includes("uuid:second"))
				.map(({ text }) => read(text).xaddrs),
			[second?.xaddr],
		);
	});

	test("npm onvif finds both", async () => {
		const [file = "", ...before] = inClient();
		const { code, stdout, stderr } = await run(file, [
			...before,
			...[process.execPath, "--import", "tsx", CLIENT, "npm onvif", "2"],
		]);
		assert.equal(code, 0, stderr);
		const found: FoundCamera = JSON.parse(stdout.toString());
		assert.deepEqual(
			found.xaddrs.flat().sort(),
			cameras.map(({ xaddr }) => xaddr),
		);
	});

	test("mDNS tells of each at its own address alone", async () => {
		let lines: string[] = [];
		await until(async () => {
			const all = await peer.do({ do: "browsed" });
			assert.ok(Array.isArray(all));
			lines = all.filter((line) => line.startsWith("up rtsp "));
			return lines.length >= 2;
		}, "two services");
		assert.deepEqual(
			lines.map((line) => line.replace(/ onvifd-\S+| \{.*$/g, "")).sort(),
			cameras.map(({ name, address }) => `up rtsp ${name} 8554 ${address}`),
		);
	});

	for (const { name, address, width } of cameras)
		for (const transport of ["tcp", "udp"])
			test(`${name} plays its own profile over ${transport}`, async () => {
				const login = `${administrator.name}:${encodeURIComponent(administrator.password)}`;
				const url = `rtsp://${login}@${address}:8554/main`;
				const stream = await probe(
					["-rtsp_transport", transport, url],
					inClient(),
				);
				assert.deepEqual([stream.codec_name, stream.width], ["h264", width]);
			});

	test("the client saw each at its own MAC address, as in GetNetworkInterfaces", async () => {
		const neighbours = execFileSync(
			"ip",
			["-n", network.client, "neigh", "show", "dev", "eth0"],
			{ encoding: "utf8" },
		);
		for (const { name, address, mac, xaddr } of cameras) {
			assert.match(
				neighbours,
				new RegExp(`^${address.replaceAll(".", "\\.")} lladdr ${mac} `, "m"),
			);
			const [file = "", ...before] = inClient();
			const login = `${administrator.name}:${administrator.password}`;
			const { stdout, stderr } = await run(file, [
				...before,
				...["curl", "-sSf", ...askAgain, "--digest", "-u", login],
				...["-H", "Content-Type: application/soap+xml", "-d"],
				`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetNetworkInterfaces xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`,
				xaddr,
			]);
			const answer = stdout.toString();
			assert.deepEqual(
				[...answer.matchAll(/HwAddress>([^<]+)</g)].map(([, own]) => own),
				[mac],
				stderr,
			);
			assert.match(answer, new RegExp(`Name>${name}<`));
		}
	});

	test("SIGTERM: each says Bye", async () => {
		const { code } = await service.stop();
		assert.equal(code, 0, service.stderr());
		await heard("announcements", "/discovery/Bye");
		assert.doesNotMatch(service.stderr(), / error /);
	});
});
