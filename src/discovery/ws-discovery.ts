import type { RemoteInfo } from "node:dgram";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Network } from "../system/network-types.ts";
import { XmlError } from "../xml/error.ts";
import { Fitting } from "./fitting.ts";
import { limitWarnings, RateLimit, RecentlySeen } from "./limits.ts";
import type { Link } from "./links.ts";
import { MulticastSockets } from "./multicast-sockets.ts";
import {
	mayBeRequest,
	type Probe,
	type Resolve,
	readRequest,
} from "./request.ts";
import { TargetService } from "./target-service.ts";
import { Timers } from "./timers.ts";
import type { DiscoveryDevice, DiscoveryIdentity } from "./types.ts";

const PORT = 3702;
/** Answers are spread less: libonvif waits 500 ms in all. */
const ANSWER_DELAY_MS = 100;
/** node-onvif and python-ws-discovery repeat a probe within two seconds; onvif-util's next run has the same id again. */
const SAME_PROBE_MS = 3000;
const PROBES_REMEMBERED = 512;
/** A request counts for each KiB begun: 64 KiB of small elements take as long to read as two hundred probes. */
const REQUESTS_PER_ASKER = 50;
const REQUESTS_PER_SECOND = 200;
const WARNINGS_PER_MINUTE = 10;

export interface WsDiscoveryOptions {
	/** Each is found as a device of its own. */
	readonly devices: readonly DiscoveryDevice[];
	readonly network: Network;
	readonly clock: Clock;
	readonly log: Log;
	/** 0 to under 1; only spreads messages in time. */
	readonly random?: () => number;
	/** 3702 but for tests. */
	readonly port?: number;
}

/**
 * The Target Services of WS-Discovery (2005/04 and 2009/01), as ONVIF Core's chapter "Device discovery" wants them.
 *
 * One for all devices of the process: of several sockets at one port, only one hears what is sent to
 * the host's address alone.
 */
export class WsDiscovery {
	readonly #options: WsDiscoveryOptions;
	readonly #random: () => number;
	readonly #log: Log;
	readonly #sockets: MulticastSockets;
	readonly #targets = new Map<DiscoveryIdentity, TargetService>();
	readonly #timers = new Timers();
	readonly #probes: RecentlySeen;
	readonly #rate: RateLimit;
	readonly #fitting = new Fitting(() => this.#fit());
	#stopping: Promise<void> | undefined;

	constructor(options: WsDiscoveryOptions) {
		const { devices, clock, log, port = PORT } = options;
		const { random = Math.random } = options;
		this.#options = options;
		this.#random = random;
		this.#log = limitWarnings(log, clock, WARNINGS_PER_MINUTE);
		this.#probes = new RecentlySeen(clock, SAME_PROBE_MS, PROBES_REMEMBERED);
		this.#rate = new RateLimit(clock, REQUESTS_PER_ASKER, REQUESTS_PER_SECOND);
		this.#sockets = new MulticastSockets(
			port,
			this.#log,
			(datagram, asker, link) => this.#receive(datagram, asker, link),
		);
		for (const device of devices) this.#target(device);
	}

	/** Listens on every interface and says Hello. A port or interface that fails is logged and tried again. */
	start(): Promise<void> {
		return this.#fitting.start();
	}

	/** Each device that is discoverable says Bye on each of its interfaces; then it closes, once. */
	stop(): Promise<void> {
		this.#stopping ??= this.#leave();
		return this.#stopping;
	}

	/** One more device, which says Hello. */
	add(device: DiscoveryDevice): Promise<void> {
		const target = this.#target(device);
		return this.#fitting.next(() => this.#fit(target));
	}

	/** The device says Bye and is found no more. */
	async remove(identity: DiscoveryIdentity): Promise<void> {
		const target = this.#targets.get(identity);
		if (this.#stopping || target === undefined) return;
		this.#targets.delete(identity);
		await target.announcements.bye();
	}

	/** A device's scopes, mode or address changed: a new MetadataVersion, and Hello again. */
	changed(identity: DiscoveryIdentity): void {
		const target = this.#targets.get(identity);
		if (this.#stopping || target === undefined) return;
		target.messages.changed();
		target.announcements.helloToAll();
	}

	#target(device: DiscoveryDevice): TargetService {
		const { clock } = this.#options;
		const target = new TargetService(
			device,
			this.#sockets,
			clock,
			this.#random,
		);
		this.#targets.set(device.identity, target);
		return target;
	}

	/** @param fresh a device that is new, and so on all of its links. */
	async #fit(fresh?: TargetService): Promise<void> {
		if (this.#stopping) return;
		const interfaces = this.#options.network.interfaces();
		const targets = [...this.#targets.values()];
		const links = targets.flatMap((target) => target.fit(interfaces));
		const added = await this.#sockets.fit(links);
		for (const target of targets)
			target.helloOn(target === fresh ? target.links() : added);
	}

	async #leave(): Promise<void> {
		await this.#fitting.stop();
		this.#timers.clear();
		await Promise.all(
			[...this.#targets.values()].map(({ announcements }) =>
				announcements.bye(),
			),
		);
		await this.#sockets.close();
	}

	#receive(datagram: Buffer, asker: RemoteInfo, link: Link | undefined): void {
		if (this.#stopping || asker.port === 0 || !mayBeRequest(datagram)) return;
		const targets = [...this.#targets.values()].filter(
			(target) =>
				target.discoverable && (link === undefined || target.isOn(link)),
		);
		if (targets.length === 0) return;
		if (!this.#rate.allow(asker.address, Math.ceil(datagram.length / 1024))) {
			this.#log.warn("discovery: asked too often, some of it is ignored", {
				client: asker.address,
			});
			return;
		}
		try {
			const request = readRequest(datagram);
			if (request === undefined) return;
			const key = `${asker.address} ${asker.port} ${request.messageId}`;
			if (this.#probes.has(key)) return;
			this.#answerFor(targets, request, asker, link);
		} catch (error) {
			this.#refuse(asker, error);
		}
	}

	#answerFor(
		targets: readonly TargetService[],
		request: Probe | Resolve,
		asker: RemoteInfo,
		asked: Link | undefined,
	): void {
		const refuse = (error: unknown) => this.#refuse(asker, error);
		if (request.kind === "Probe" && request.rule === undefined) {
			// Core: only who asked this address alone is told of an error; once, however many devices it has.
			const fault = targets[0]?.messages.ruleFault(request);
			if (asked !== undefined && fault !== undefined)
				void this.#sockets.send(asked, fault, asker);
			return;
		}
		for (const target of targets)
			if (target.matches(request))
				this.#answer(target, request, asker, asked).catch(refuse);
	}

	/** To the sender alone, whatever ReplyTo says: nobody is to be flooded through us. */
	async #answer(
		target: TargetService,
		request: Probe | Resolve,
		asker: RemoteInfo,
		asked: Link | undefined,
	): Promise<void> {
		const { network } = this.#options;
		const link = asked ?? (await target.linkTowards(asker.address, network));
		if (link === undefined) return;
		const message = target.messages.matches(request, link);
		const delay = asked ? 0 : this.#random() * ANSWER_DELAY_MS;
		this.#timers.after(delay, () => {
			void this.#sockets.send(link, message, asker);
		});
	}

	#refuse(asker: RemoteInfo, error: unknown): void {
		const reason = error instanceof Error ? error.message : String(error);
		const fields = { client: asker.address, reason };
		if (error instanceof XmlError)
			this.#log.warn("discovery: a message could not be read", fields);
		else this.#log.error("discovery: a message was not answered", fields);
	}
}
