import { after, before, type TestContext } from "node:test";
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

/** A device and a client on loopback, alone on a port of their own, until the test ends. */
export async function run(
	t: TestContext,
	options: Partial<WsDiscoveryOptions> = {},
): Promise<Running> {
	const running = await start(options);
	t.after(() => end(running));
	return running;
}

/** The same for all tests of a file or suite. */
export function runForAll(
	options: Partial<WsDiscoveryOptions> = {},
): () => Running {
	let running: Running | undefined;
	before(async () => {
		running = await start(options);
	});
	after(async () => {
		if (running !== undefined) await end(running);
	});
	return () => {
		if (running === undefined) throw new Error("not running");
		return running;
	};
}

async function start(options: Partial<WsDiscoveryOptions>): Promise<Running> {
	const identity = new TestIdentity();
	const log = new MemoryLog();
	const port = options.port ?? (await freePort());
	const discovery = new WsDiscovery({
		devices: [{ identity, interfaces: ["lo"] }],
		network: createNetwork(),
		clock: systemClock,
		log,
		port,
		...options,
	});
	const asker = new Asker(port);
	await asker.open();
	await discovery.start();
	return { identity, log, discovery, asker };
}

/** A second stop does nothing, so a test may stop the device itself. */
async function end({ discovery, asker }: Running): Promise<void> {
	await discovery.stop();
	await asker.close();
}
