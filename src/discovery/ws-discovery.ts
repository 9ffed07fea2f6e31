import { randomUUID } from "node:crypto";
import type { RemoteInfo } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Network } from "../system/network-types.ts";
import { XmlError } from "../xml/error.ts";
import { limitWarnings, RateLimit, RecentlySeen } from "./limits.ts";
import { hostOf, type Link, linksOf, linkTowards } from "./links.ts";
import { matchesScopes, matchesTypes } from "./matching.ts";
import {
	type Sequence,
	type Target,
	writeBye,
	writeHello,
	writeMatches,
	writeRuleFault,
} from "./messages.ts";
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
/** WS-Discovery spreads Hellos over half a second, so that a power cut does not end in a storm of them. */
const HELLO_DELAY_MS = 500;
/** Answers are spread less: libonvif waits 500 ms in all. */
const ANSWER_DELAY_MS = 100;
/** Pauses before the repetitions of a Hello or Bye (SOAP-over-UDP's 50 to 250 ms, then twice that). */
const REPEAT_DELAY_MS = 50;
const REPEAT_JITTER_MS = 200;
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
	readonly #timers = new Timers();
	readonly #probes: RecentlySeen;
	readonly #rate: RateLimit;
	readonly #instanceId: number;
	#messages = 0;
	#changes = 0;
	#watch: NodeJS.Timeout | undefined;
	#fitting: Promise<void> = Promise.resolve();
	#announcing = false;
	#stopping: Promise<void> | undefined;

	constructor(options: WsDiscoveryOptions) {
		const { clock, log, random = Math.random, port = PORT } = options;
		this.#options = options;
		this.#random = random;
		this.#log = limitWarnings(log, clock, WARNINGS_PER_MINUTE);
		this.#probes = new RecentlySeen(clock, SAME_PROBE_MS, PROBES_REMEMBERED);
		this.#rate = new RateLimit(clock, REQUESTS_PER_ASKER, REQUESTS_PER_SECOND);
		this.#instanceId = Math.floor(clock.now() / 1000);
		this.#sockets = new MulticastSockets(
			port,
			this.#log,
			(datagram, asker, link) => this.#receive(datagram, asker, link),
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
		this.#changes += 1;
		if (this.#announcing) return;
		this.#announcing = true;
		this.#announce(() => {
			this.#announcing = false;
			return this.#sockets.links();
		});
	}

	async #fit(): Promise<void> {
		if (this.#stopping) return;
		const { network, interfaces } = this.#options;
		const links = linksOf(network.interfaces(), interfaces);
		const added = await this.#sockets.fit(links);
		if (added.length > 0) this.#announce(() => added);
	}

	#announce(links: () => readonly Link[]): void {
		this.#timers.after(this.#random() * HELLO_DELAY_MS, () => {
			const announcing = links().filter((link) => link.announces);
			if (!this.#options.identity.discoverable()) return;
			for (const link of announcing)
				this.#repeat(
					link,
					writeHello(this.#target(link), newId(), this.#next()),
					2,
				);
		});
	}

	#repeat(link: Link, message: Buffer, times: number, round = 1): void {
		void this.#sockets.send(link, message);
		if (times > 0)
			this.#timers.after(this.#pause() * round, () =>
				this.#repeat(link, message, times - 1, round * 2),
			);
	}

	async #leave(): Promise<void> {
		clearInterval(this.#watch);
		await this.#fitting;
		this.#timers.clear();
		if (this.#options.identity.discoverable()) await this.#sayBye();
		await this.#sockets.close();
	}

	async #sayBye(): Promise<void> {
		const { endpointReference } = this.#options.identity;
		const byes = this.#sockets
			.links()
			.filter((link) => link.announces)
			.map((link) => ({
				link,
				message: writeBye(endpointReference, newId(), this.#next()),
			}));
		const say = () =>
			Promise.all(
				byes.map(({ link, message }) => this.#sockets.send(link, message)),
			);
		await say();
		await sleep(this.#pause());
		await say();
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
			? writeRuleFault(request, newId(), this.#next())
			: writeMatches(request, this.#target(link), newId(), this.#next());
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

	#target(link: Link): Target {
		const { identity } = this.#options;
		const host = hostOf(link, this.#sockets.links());
		return {
			endpointReference: identity.endpointReference,
			scopes: identity.scopes(),
			xaddrs: [identity.xaddr(host)],
			metadataVersion: identity.metadataVersion() + this.#changes,
		};
	}

	#next(): Sequence {
		this.#messages += 1;
		return { instanceId: this.#instanceId, messageNumber: this.#messages };
	}

	#pause(): number {
		return REPEAT_DELAY_MS + this.#random() * REPEAT_JITTER_MS;
	}

	#refuse(asker: RemoteInfo, error: unknown): void {
		const reason = error instanceof Error ? error.message : String(error);
		const fields = { client: asker.address, reason };
		if (error instanceof XmlError)
			this.#log.warn("discovery: a message could not be read", fields);
		else this.#log.error("discovery: a message was not answered", fields);
	}
}

function newId(): string {
	return `urn:uuid:${randomUUID()}`;
}
