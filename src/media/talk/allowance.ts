import type { Clock } from "../../system/clock.ts";

/** Half as much again as G.711 has: a sender's clock may be fast, and what a network held back comes at once. */
const octetsPerSecond = 12_000;
const atOnce = 16_000;

/** How much may be said: a leaky bucket of octets. */
export class Allowance {
	readonly #clock: Clock;
	#left = atOnce;
	#at: number;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#at = clock.monotonic();
	}

	/** Whether so many more octets may be said. */
	take(octets: number): boolean {
		const now = this.#clock.monotonic();
		const grown = ((now - this.#at) / 1000) * octetsPerSecond;
		this.#left = Math.min(atOnce, this.#left + grown);
		this.#at = now;
		if (octets > this.#left) return false;
		this.#left -= octets;
		return true;
	}
}
