import type { RemoteInfo } from "node:dgram";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Network } from "../system/network-types.ts";
import { XmlError } from "../xml/error.ts";
import { Announcements } from "./announcements.ts";
import { DeviceMessages } from "./device-messages.ts";
import { limitWarnings, RateLimit, RecentlySeen } from "./limits.ts";
import { type Link, linksOf, linkTowards } from "./links.ts";
import { matchesScopes, matchesTypes } from "./matching.ts";
import { MulticastSockets } from "./multicast-sockets.ts";
import {
	mayBeRequest,
	type Probe,
	type Resolve,
	readRequest,
} from "./request.ts";
import { Timers } from "./timers.ts";
import type { DiscoveryIdentity } from "./types.ts";

const PORT = 3702;
/** Answers are spread less: libonvif waits 500 ms in all. */
const ANSWER_DELAY_MS = 100;
const INTERFACES_EVERY_MS = 5000;
/** node-onvif and python-ws-discovery repeat a probe within two seconds; onvif-util's next run has the same id again. */
const SAME_PROBE_MS = 3000;
const PROBES_REMEMBERED = 512;
/** A request counts for each KiB begun: 64 KiB of small elements take as long to read as two hundred probes. */
const REQUESTS_PER_ASKER = 50;
const REQUESTS_PER_SECOND = 200;
const WARNINGS_PER_MINUTE = 10;

export interface WsDiscoveryOptions {
	readonly identity: DiscoveryIdentity;
	readonly network: Network;
	readonly clock: Clock;
	readonly log: Log;
	/** 0 to under 1; only spreads messages in time. */
	readonly random?: () => number;
	/** 3702 but for tests. */
	readonly port?: number;
	/** Names of the interfaces to be found on; all when left out. */
	readonly interfaces?: readonly string[];
}

/** The Target Service of WS-Discovery (2005/04 and 2009/01), as ONVIF Core's chapter "Device discovery" wants it. */
export class WsDiscovery {
	readonly #options: WsDiscoveryOptions;
	readonly #random: () => number;
	readonly #log: Log;
	readonly #sockets: MulticastSockets;
	readonly #messages: DeviceMessages;
	readonly #announcements: Announcements;
	readonly #timers = new Timers();
	readonly #probes: RecentlySeen;
	readonly #rate: RateLimit;
	#watch: NodeJS.Timeout | undefined;
	#fitting: Promise<void> = Promise.resolve();
	#stopping: Promise<void> | undefined;

	constructor(options: WsDiscoveryOptions) {
		const { identity, clock, log, port = PORT } = options;
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
		this.#messages = new DeviceMessages(identity, clock, () =>
			this.#sockets.links(),
		);
		this.#announcements = new Announcements(
			identity,
			this.#messages,
			this.#sockets,
			random,
		);
	}

	/** Listens on every interface and says Hello. A port or interface that fails is logged and tried again. */
	async start(): Promise<void> {
		this.#watch = setInterval(() => {
			this.#fitting = this.#fitting.then(() => this.#fit());
		}, INTERFACES_EVERY_MS);
		this.#watch.unref();
		this.#fitting = this.#fit();
		await this.#fitting;
	}

	/** Says Bye on each interface, unless the device is not discoverable, and closes; once. */
	stop(): Promise<void> {
		this.#stopping ??= this.#leave();
		return this.#stopping;
	}

	/** Scopes, mode or the service's address changed: a new MetadataVersion, and Hello again. */
	changed(): void {
		if (this.#stopping) return;
		this.#messages.changed();
		this.#announcements.helloToAll();
	}

	async #fit(): Promise<void> {
		if (this.#stopping) return;
		const { network, interfaces } = this.#options;
		const links = linksOf(network.interfaces(), interfaces);
		const added = await this.#sockets.fit(links);
		if (added.length > 0) this.#announcements.helloOn(added);
	}

	async #leave(): Promise<void> {
		clearInterval(this.#watch);
		await this.#fitting;
		this.#timers.clear();
		await this.#announcements.bye();
		await this.#sockets.close();
	}

	#receive(datagram: Buffer, asker: RemoteInfo, link: Link | undefined): void {
		if (this.#stopping || asker.port === 0 || !mayBeRequest(datagram)) return;
		if (!this.#options.identity.discoverable()) return;
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
			this.#answer(request, asker, link).catch((error: unknown) =>
				this.#refuse(asker, error),
			);
		} catch (error) {
			this.#refuse(asker, error);
		}
	}

	/** To the sender alone, whatever ReplyTo says: nobody is to be flooded through us. */
	async #answer(
		request: Probe | Resolve,
		asker: RemoteInfo,
		asked: Link | undefined,
	): Promise<void> {
		const unknownRule = request.kind === "Probe" && request.rule === undefined;
		// Core: only who asked this device alone is told of an error.
		if (unknownRule ? asked === undefined : !this.#matches(request)) return;
		const links = this.#sockets.links();
		const link =
			asked ?? (await linkTowards(asker.address, links, this.#options.network));
		if (link === undefined) return;
		const message = unknownRule
			? this.#messages.ruleFault(request)
			: this.#messages.matches(request, link);
		const delay = asked ? 0 : this.#random() * ANSWER_DELAY_MS;
		this.#timers.after(delay, () => {
			void this.#sockets.send(link, message, asker);
		});
	}

	#matches(request: Probe | Resolve): boolean {
		const { identity } = this.#options;
		if (request.kind === "Resolve")
			return request.endpointReference === identity.endpointReference;
		const { types, scopes, rule = "" } = request;
		return (
			matchesTypes(types) && matchesScopes(scopes, identity.scopes(), rule)
		);
	}

	#refuse(asker: RemoteInfo, error: unknown): void {
		const reason = error instanceof Error ? error.message : String(error);
		const fields = { client: asker.address, reason };
		if (error instanceof XmlError)
			this.#log.warn("discovery: a message could not be read", fields);
		else this.#log.error("discovery: a message was not answered", fields);
	}
}
