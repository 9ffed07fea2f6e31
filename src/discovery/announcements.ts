import { setTimeout as sleep } from "node:timers/promises";
import type { DeviceMessages } from "./device-messages.ts";
import type { Link } from "./links.ts";
import { Timers } from "./timers.ts";
import type { DiscoveryIdentity } from "./types.ts";

/** WS-Discovery spreads Hellos over half a second, so that a power cut does not end in a storm of them. */
const HELLO_DELAY_MS = 500;
const HELLO_REPETITIONS = 2;
/** Pauses before the repetitions of a Hello or Bye (SOAP-over-UDP's 50 to 250 ms, then twice that). */
const REPEAT_DELAY_MS = 50;
const REPEAT_JITTER_MS = 200;

/** Where a device speaks. */
export interface Speaking {
	links(): readonly Link[];
	/** To everybody on the link. Resolves when it is sent or logged. */
	send(link: Link, message: Buffer): Promise<void>;
}

/** Says Hello and Bye, once an interface and only while the device is discoverable. */
export class Announcements {
	readonly #identity: DiscoveryIdentity;
	readonly #messages: DeviceMessages;
	readonly #sockets: Speaking;
	readonly #random: () => number;
	readonly #timers = new Timers();
	#helloToAllDue = false;

	constructor(
		identity: DiscoveryIdentity,
		messages: DeviceMessages,
		sockets: Speaking,
		random: () => number,
	) {
		this.#identity = identity;
		this.#messages = messages;
		this.#sockets = sockets;
		this.#random = random;
	}

	/** Hello where the device became reachable; it goes out within half a second. */
	helloOn(links: readonly Link[]): void {
		this.#timers.after(this.#random() * HELLO_DELAY_MS, () =>
			this.#hello(links),
		);
	}

	/** Hello everywhere; changes that follow each other closely share one. */
	helloToAll(): void {
		if (this.#helloToAllDue) return;
		this.#helloToAllDue = true;
		this.#timers.after(this.#random() * HELLO_DELAY_MS, () => {
			this.#helloToAllDue = false;
			this.#hello(this.#sockets.links());
		});
	}

	/** Calls off what is due and says Bye; resolves when it is out. */
	async bye(): Promise<void> {
		this.#timers.clear();
		if (!this.#identity.discoverable()) return;
		const byes = this.#sockets
			.links()
			.filter((link) => link.announces)
			.map((link) => ({ link, message: this.#messages.bye() }));
		const say = () =>
			Promise.all(
				byes.map(({ link, message }) => this.#sockets.send(link, message)),
			);
		await say();
		await sleep(this.#pause());
		await say();
	}

	#hello(links: readonly Link[]): void {
		if (!this.#identity.discoverable()) return;
		for (const link of links)
			if (link.announces)
				this.#repeat(link, this.#messages.hello(link), HELLO_REPETITIONS);
	}

	#repeat(link: Link, message: Buffer, times: number, round = 1): void {
		void this.#sockets.send(link, message);
		if (times > 0)
			this.#timers.after(this.#pause() * round, () =>
				this.#repeat(link, message, times - 1, round * 2),
			);
	}

	#pause(): number {
		return REPEAT_DELAY_MS + this.#random() * REPEAT_JITTER_MS;
	}
}
