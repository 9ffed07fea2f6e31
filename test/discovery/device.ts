import { randomUUID } from "node:crypto";
import { after, before } from "node:test";
import type { DiscoveryIdentity } from "../../src/discovery/types.ts";
import {
	WsDiscovery,
	type WsDiscoveryOptions,
} from "../../src/discovery/ws-discovery.ts";
import { systemClock } from "../../src/system/clock.ts";
import type { Log } from "../../src/system/log.ts";
import { createNetwork } from "../../src/system/network.ts";
import { Asker, freePort } from "./asker.ts";

export const SCOPES = [
	"onvif://www.onvif.org/type/video_encoder",
	"onvif://www.onvif.org/Profile/Streaming",
	"onvif://www.onvif.org/Profile/T",
	"onvif://www.onvif.org/name/Front%20Door",
	"onvif://www.onvif.org/hardware/D1-566",
	"onvif://www.onvif.org/location/country/china",
	"onvif://www.onvif.org/location/city/bejing",
	"urn:uuid:8A6E8B4C-2E5A-4B19-9D9B-0123456789AB",
];

export class MemoryLog implements Log {
	readonly lines: string[] = [];
	#keep(level: string, message: string, fields: object = {}): void {
		this.lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
	}
	info(message: string, fields?: object): void {
		this.#keep("info", message, fields);
	}
	warn(message: string, fields?: object): void {
		this.#keep("warn", message, fields);
	}
	error(message: string, fields?: object): void {
		this.#keep("error", message, fields);
	}
}

export class TestIdentity implements DiscoveryIdentity {
	readonly endpointReference = `urn:uuid:${randomUUID()}`;
	mode = true;
	/** How often the mode was looked up: once a datagram. */
	asked = 0;
	own = [...SCOPES];
	scopes(): readonly string[] {
		return this.own;
	}
	discoverable(): boolean {
		this.asked += 1;
		return this.mode;
	}
	xaddr(host: string): string {
		return `http://${host}:8080/onvif/device_service`;
	}
	metadataVersion(): number {
		return 7;
	}
}

export interface Running {
	readonly identity: TestIdentity;
	readonly log: MemoryLog;
	readonly discovery: WsDiscovery;
	readonly asker: Asker;
}

/** A device and a client on loopback, alone on a port of their own. */
export async function run(
	options: Partial<WsDiscoveryOptions> = {},
): Promise<Running> {
	const identity = new TestIdentity();
	const log = new MemoryLog();
	const port = options.port ?? (await freePort());
	const discovery = new WsDiscovery({
		identity,
		network: createNetwork(),
		clock: systemClock,
		log,
		interfaces: ["lo"],
		port,
		...options,
	});
	const asker = new Asker(port);
	await asker.open();
	await discovery.start();
	return { identity, log, discovery, asker };
}

/** The same for all tests of a file or suite. */
export function runForAll(
	options: Partial<WsDiscoveryOptions> = {},
): () => Running {
	let running: Running | undefined;
	before(async () => {
		running = await run(options);
	});
	after(async () => {
		await running?.discovery.stop();
		await running?.asker.close();
	});
	return () => {
		if (running === undefined) throw new Error("not running");
		return running;
	};
}
