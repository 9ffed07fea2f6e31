import { pause, type Timer } from "../system/timer.ts";

const firstMs = 100;
const longestMs = 4000;
/** Whoever ran this long was well: its end is the first of its kind again. */
const wellAfterMs = 5000;

/** Growing pauses between tries; none before the first retry of a child that had been well. */
export class Retry {
	readonly #timer: Timer | undefined;
	#failures = 0;

	constructor(timer?: Timer) {
		this.#timer = timer;
	}

	/** All was well: the next end is the first of its kind. */
	reset(): void {
		this.#failures = 0;
	}

	/** A try was ended by us after so long. */
	ended(ranMs: number): void {
		if (ranMs >= wellAfterMs) this.reset();
	}

	/** Waits as long as the tries so far ask for; resolves early when `signal` aborts. */
	async pause(ranMs: number, signal: AbortSignal): Promise<void> {
		this.ended(ranMs);
		const failures = this.#failures++;
		if (failures === 0) return;
		const ms = Math.min(firstMs * 2 ** (failures - 1), longestMs);
		await pause(ms, signal, this.#timer);
	}
}
