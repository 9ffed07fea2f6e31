import { after, before } from "node:test";
import {
	WsDiscovery,
	type WsDiscoveryOptions,
} from "../../src/discovery/ws-discovery.ts";
import { systemClock } from "../../src/system/clock.ts";
import { createNetwork } from "../../src/system/network.ts";
import { Asker, freePort } from "./asker.ts";
import { MemoryLog, TestIdentity } from "./identity.ts";

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
