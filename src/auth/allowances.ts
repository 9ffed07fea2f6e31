import { createHash } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { networkOf } from "./network-of.ts";

/** Who wants to log in, as far as it can be told before the password is looked at. */
export interface Caller {
	/** Address without port. */
	readonly client: string;
	/** Lives as long as the connection; undefined behind a proxy, whose connections are everybody's. */
	readonly connection: object | undefined;
	/** `User-Agent` as it was sent. */
	readonly agent: string | undefined;
	/** A page of another site asks, as its browser says. */
	readonly foreignPage: boolean;
}

/** How many guesses somebody has left. */
export interface Allowance {
	/** When it is whole again, in monotonic seconds. */
	fullAt: number;
}

interface Network {
	readonly allowances: Map<string, Allowance>;
	/** When nobody of it will have guessed lately, in monotonic seconds. */
	quietAt: number;
}

/** So many wrong passwords at once ... */
export const burst = 10;
/** ... and then one in so many seconds: a recorder that tries an old one every few seconds holds nobody up. */
export const intervalSeconds = 2;
/** Names share so many allowances: by however many names, nobody gets more. */
const lanes = 64;
/** Allowances that are remembered; beyond them the network that guessed longest ago is forgotten. */
const capacity = 4096;
/** Clients that have logged in before; beyond them the one that did so longest ago is forgotten. */
const knownCapacity = 256;
const maxAgentLength = 200;

/**
 * What may still be guessed, by network and name. A client that has logged in before has an allowance of its own: its
 * User-Agent tells it from who guesses beside it, behind the same router.
 */
export class Allowances {
	readonly #clock: Clock;
	readonly #salt: Buffer;
	/** Those that guessed last stand last. */
	readonly #networks = new Map<string, Network>();
	readonly #known = new Map<string, Allowance>();
	#size = 0;

	/** @param random keeps from others which names share an allowance */
	constructor(clock: Clock, random: (size: number) => Uint8Array) {
		this.#clock = clock;
		this.#salt = Buffer.from(random(16));
	}

	/** Nobody of that network has guessed lately: the usual case, and the cheapest to find out. */
	quiet({ client }: Caller): boolean {
		if (this.#networks.size === 0) return true;
		const id = networkOf(client);
		const network = this.#networks.get(id);
		if (network === undefined) return true;
		if (network.quietAt > this.#now()) return false;
		this.#forget(id, network);
		return true;
	}

	/** Undefined for one that is whole. */
	find(caller: Caller, name: string): Allowance | undefined {
		const network = this.#networks.get(networkOf(caller.client));
		return (
			this.#known.get(knownKey(caller, name)) ??
			network?.allowances.get(this.#lane(caller, name))
		);
	}

	/** Seconds until a login is looked at. */
	wait({ fullAt }: Allowance): number {
		return Math.max(0, fullAt - this.#now() - (burst - 1) * intervalSeconds);
	}

	spend({ client }: Caller, allowance: Allowance): void {
		allowance.fullAt =
			Math.max(allowance.fullAt, this.#now()) + intervalSeconds;
		const network = this.#networks.get(networkOf(client));
		if (network) network.quietAt = Math.max(network.quietAt, allowance.fullAt);
	}

	/** A password was wrong. */
	wrong(caller: Caller, name: string): void {
		const id = networkOf(caller.client);
		const network = this.#networks.get(id) ?? {
			allowances: new Map<string, Allowance>(),
			quietAt: 0,
		};
		this.#networks.delete(id);
		this.#networks.set(id, network);
		this.spend(
			caller,
			this.find(caller, name) ?? this.#add(network, this.#lane(caller, name)),
		);
		for (const [oldest, other] of this.#networks)
			if (this.#size > capacity) this.#forget(oldest, other);
			else return;
	}

	/** A password was right. */
	right(caller: Caller, name: string): void {
		const key = knownKey(caller, name);
		const allowance = this.#known.get(key) ?? { fullAt: 0 };
		this.#known.delete(key);
		this.#known.set(key, allowance);
		const [oldest = ""] = this.#known.keys();
		if (this.#known.size > knownCapacity) this.#known.delete(oldest);
	}

	#add(network: Network, lane: string): Allowance {
		const allowance = { fullAt: 0 };
		network.allowances.set(lane, allowance);
		this.#size++;
		return allowance;
	}

	#forget(id: string, { allowances }: Network): void {
		this.#networks.delete(id);
		this.#size -= allowances.size;
	}

	#lane({ foreignPage }: Caller, name: string): string {
		const digest = createHash("sha256")
			.update(this.#salt)
			.update(name)
			.digest();
		return `${foreignPage} ${digest.readUInt8(0) % lanes}`;
	}

	#now(): number {
		return this.#clock.monotonic() / 1000;
	}
}

function knownKey({ client, agent = "" }: Caller, name: string): string {
	return `${networkOf(client)}\n${name}\n${agent.slice(0, maxAgentLength)}`;
}
