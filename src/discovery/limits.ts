import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";

const WINDOW_MS = 1000;
const LOG_WINDOW_MS = 60_000;

/** Adds up what events cost by who caused them, in windows of a second, and says when it is too much. */
export class RateLimit {
	readonly #clock: Clock;
	readonly #perKey: number;
	readonly #total: number;
	readonly #spent = new Map<string, number>();
	#all = 0;
	#windowEnd = 0;

	constructor(clock: Clock, perKey: number, total: number) {
		this.#clock = clock;
		this.#perKey = perKey;
		this.#total = total;
	}

	allow(key: string, cost = 1): boolean {
		const now = this.#clock.monotonic();
		if (now >= this.#windowEnd) {
			this.#windowEnd = now + WINDOW_MS;
			this.#spent.clear();
			this.#all = 0;
		}
		const spent = (this.#spent.get(key) ?? 0) + cost;
		if (this.#all + cost > this.#total || spent > this.#perKey) return false;
		this.#spent.set(key, spent);
		this.#all += cost;
		return true;
	}
}

/** Remembers what was seen for a while, and never more than `size` of it. */
export class RecentlySeen {
	readonly #clock: Clock;
	readonly #forMs: number;
	readonly #size: number;
	readonly #until = new Map<string, number>();

	constructor(clock: Clock, forMs: number, size: number) {
		this.#clock = clock;
		this.#forMs = forMs;
		this.#size = size;
	}

	/** True when `key` was seen already; the time counts from the first sight. */
	has(key: string): boolean {
		const now = this.#clock.monotonic();
		for (const [oldest, until] of this.#until) {
			if (until > now && this.#until.size < this.#size) break;
			this.#until.delete(oldest);
		}
		if (this.#until.has(key)) return true;
		this.#until.set(key, now + this.#forMs);
		return false;
	}
}

/** A log of at most `lines` warnings a minute, for what anybody on the network can provoke. */
export function limitWarnings(log: Log, clock: Clock, lines: number): Log {
	let left = lines;
	let windowEnd = Number.NEGATIVE_INFINITY;
	return {
		info: (message, fields) => log.info(message, fields),
		error: (message, fields) => log.error(message, fields),
		warn: (message, fields) => {
			const now = clock.monotonic();
			if (now >= windowEnd) {
				windowEnd = now + LOG_WINDOW_MS;
				left = lines;
			}
			if (left === 0) return;
			left -= 1;
			log.warn(message, fields);
		},
	};
}
