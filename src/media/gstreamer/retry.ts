import { setTimeout as sleep } from "node:timers/promises";

const firstMs = 100;
const longestMs = 4000;
/** Whoever ran this long was well: its end is the first of its kind again. */
const wellAfterMs = 5000;

/** Growing pauses between tries; none before the first retry of a child that had been well. */
export class Retry {
	#failures = 0;

	/** All was well: the next end is the first of its kind. */
	reset(): void {
		this.#failures = 0;
	}

	/** Waits as long as the tries so far ask for; resolves early when `signal` aborts. */
	async pause(ranMs: number, signal: AbortSignal): Promise<void> {
		if (ranMs >= wellAfterMs) this.#failures = 0;
		const failures = this.#failures++;
		if (failures === 0) return;
		const ms = Math.min(firstMs * 2 ** (failures - 1), longestMs);
		await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
	}
}
