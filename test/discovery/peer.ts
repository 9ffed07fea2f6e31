import { createRequire } from "node:module";
import { Bonjour } from "bonjour-service";
import { MdnsAnnouncer } from "../../src/discovery/mdns.ts";
import { WsDiscovery } from "../../src/discovery/ws-discovery.ts";
import { systemClock } from "../../src/system/clock.ts";
import { createNetwork } from "../../src/system/network.ts";
import { Asker } from "./asker.ts";
import { foundAtLeast } from "./found.ts";
import { MemoryLog, TestIdentity } from "./identity.ts";

/** What the test's process asks of one inside a namespace. */
export type Command =
	| { readonly do: "device" | "stop" | "withdraw" | "heard" }
	| { readonly do: "announce"; readonly host: string }
	| { readonly do: "listen"; readonly local: string; readonly scope?: string }
	| { readonly do: "multicast"; readonly message: string }
	| { readonly do: "unicast"; readonly message: string; readonly to: string }
	| { readonly do: "npm onvif" | "node-onvif"; readonly count: number }
	| { readonly do: "browse"; readonly local: string }
	| { readonly do: "browsed" };

export interface Reply {
	readonly id: number;
	readonly result?: unknown;
	readonly error?: string;
}

const require = createRequire(import.meta.url);
const log = new MemoryLog();
const network = createNetwork();
const identity = new TestIdentity();
const discovery = new WsDiscovery({
	devices: [{ identity }],
	network,
	clock: systemClock,
	log,
});
let asker: Asker | undefined;
let announcer: MdnsAnnouncer | undefined;
const browsed: string[] = [];

async function perform(command: Command): Promise<unknown> {
	switch (command.do) {
		case "device":
			await discovery.start();
			return identity.endpointReference;
		case "stop":
			await discovery.stop();
			return log.lines;
		case "announce":
			announcer = announcerOf(command.host);
			return announcer.start();
		case "withdraw":
			await announcer?.stop();
			return log.lines;
		case "listen":
			asker = new Asker(3702, command.local, command.scope);
			return asker.open();
		case "multicast":
			return asker?.multicast(command.message);
		case "unicast":
			return asker?.unicast(command.message, command.to);
		case "heard":
			return { answers: asker?.heard, announcements: asker?.announced };
		case "npm onvif":
			return foundAtLeast(command.count, askWithNpmOnvif);
		case "node-onvif":
			return foundAtLeast(command.count, () =>
				require("node-onvif").startProbe(),
			);
		case "browse":
			return browse(command.local);
		case "browsed":
			return browsed;
	}
}

function announcerOf(host: string): MdnsAnnouncer {
	return new MdnsAnnouncer({
		name: "Front Door",
		host,
		services: [
			{ type: "rtsp", port: 8554, txt: { path: "/main" } },
			{ type: "http", port: 8080, txt: { path: "/" } },
		],
		network,
		clock: systemClock,
		log,
	});
}

function askWithNpmOnvif(): Promise<readonly (readonly string[])[]> {
	const { Discovery } = require("onvif");
	Discovery.on("error", () => undefined);
	return new Promise((resolve, reject) =>
		Discovery.probe(
			{ timeout: 1000 },
			(errors: unknown, found: readonly { xaddrs: readonly URL[] }[]) =>
				errors
					? reject(new Error(String(errors)))
					: resolve(found.map(({ xaddrs }) => xaddrs.map(String))),
		),
	);
}

function browse(local: string): void {
	const options = { interface: local, bind: "0.0.0.0", disableIPv6: true };
	const bonjour = new Bonjour(options);
	for (const type of ["rtsp", "http"]) {
		const browser = bonjour.find({ type });
		for (const event of ["up", "down"] as const)
			browser.on(event, ({ name, host, port, addresses, txt }) => {
				browsed.push(
					`${event} ${type} ${name} ${host} ${port} ${addresses?.join(",")} ${JSON.stringify(txt)}`,
				);
			});
	}
}

process.on("message", ({ id, command }: { id: number; command: Command }) => {
	perform(command).then(
		(result) => process.send?.({ id, result }),
		(error: unknown) => process.send?.({ id, error: String(error) }),
	);
});
process.once("disconnect", () => process.exit());
