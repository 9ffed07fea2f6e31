import type { Clock } from "../system/clock.ts";

/** Bytes and seconds. */
export interface CongestionLimits {
	/** More waiting than this is too much. */
	readonly queueBytes: number;
	/** Up to this a queue is short. */
	readonly resumeBytes: number;
	/** A queue that was not short for so long is too slow, whatever its length. */
	readonly queueSeconds: number;
}

/** Whether a viewer keeps up, by what waits to be sent to it. */
export class Congestion {
	readonly #limits: CongestionLimits;
	readonly #clock: Clock;
	#since: number | undefined;

	constructor(limits: CongestionLimits, clock: Clock) {
		this.#limits = limits;
		this.#clock = clock;
	}

	/** Too much waits, or something has waited too long. Looks at the clock only for a viewer whose queue is not short. */
	behind(queued: number): boolean {
		if (this.caughtUp(queued)) return false;
		if (queued > this.#limits.queueBytes) return true;
		const now = this.#clock.monotonic();
		this.#since ??= now;
		return now - this.#since > this.#limits.queueSeconds * 1000;
	}

	/** The queue is short (again). */
	caughtUp(queued: number): boolean {
		if (queued > this.#limits.resumeBytes) return false;
		this.#since = undefined;
		return true;
	}
}
