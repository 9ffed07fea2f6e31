import type { Clock } from "../system/clock.ts";
import type { RtspLimits } from "./limits.ts";

/** Whether a viewer keeps up, by what waits to be sent to it. */
export class Congestion {
	readonly #limits: RtspLimits;
	readonly #clock: Clock;
	#since: number | undefined;

	constructor(limits: RtspLimits, clock: Clock) {
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
