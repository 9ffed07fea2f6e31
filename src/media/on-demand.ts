import { systemTimer, type Timer } from "../system/timer.ts";
import { Presence } from "./presence.ts";
import { type End, Upkeep, type UpkeepOptions } from "./upkeep.ts";

export interface OnDemandOptions<T> extends Omit<UpkeepOptions, "live"> {
	/**
	 * One life, see `UpkeepOptions`. `have` is told of what there is for its users, and of undefined once that is gone,
	 * where what is left to do before the end takes time.
	 */
	readonly live: (
		signal: AbortSignal,
		have: (value: T | undefined) => void,
	) => Promise<End>;
	/** It lives on for so long without users. */
	readonly lingerMs: number;
}

/** What one or many use: it is there while anybody uses it, and begun anew when it dies. */
export class OnDemand<T> {
	readonly #upkeep: Upkeep;
	readonly #present = new Presence<T>();
	readonly #lingerMs: number;
	readonly #timer: Timer;
	#users = 0;
	#linger = () => {};
	#closed = false;

	constructor(options: OnDemandOptions<T>) {
		const { live, lingerMs, timer = systemTimer } = options;
		this.#lingerMs = lingerMs;
		this.#timer = timer;
		const lived = async (signal: AbortSignal): Promise<End> => {
			try {
				return await live(signal, (value) => {
					if (value === undefined) this.#present.go();
					else if (!signal.aborted) this.#present.come(value);
				});
			} finally {
				this.#present.go();
			}
		};
		this.#upkeep = new Upkeep({ ...options, live: lived });
	}

	/** What it has for its users now; undefined while it is not ready. */
	get value(): T | undefined {
		return this.#present.value;
	}

	/** Somebody uses it, or did a moment ago. */
	get wanted(): boolean {
		return this.#upkeep.wanted;
	}

	/** See `Upkeep`. */
	get trouble(): string | undefined {
		return this.#upkeep.trouble;
	}

	/** See `Upkeep`. */
	well(): boolean {
		return this.#upkeep.well();
	}

	/** One more user: the first begins it. Answers how to leave, which is idempotent; the last one to leave ends it. */
	acquire(): () => void {
		// Who comes late has nothing to begin that nobody would end.
		if (this.#closed) return () => {};
		this.#users += 1;
		this.#linger();
		this.#upkeep.start();
		let here = true;
		return () => {
			if (here) this.#leave();
			here = false;
		};
	}

	/** Used while `work` lasts. */
	async use<R>(work: () => Promise<R>): Promise<R> {
		const leave = this.acquire();
		try {
			return await work();
		} finally {
			leave();
		}
	}

	/** Waits until it is ready, however many lives that takes. Rejects when `signal` aborts, or it is closed. */
	ready(signal: AbortSignal): Promise<T> {
		return this.#present.wait(signal);
	}

	/** Ends it for good, whoever uses it. Resolves when nothing of it is left. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#linger();
		this.#present.end();
		this.#upkeep.stop();
		await this.#upkeep.ended();
	}

	#leave(): void {
		this.#users -= 1;
		if (this.#users > 0 || this.#closed) return;
		this.#linger = this.#timer(this.#lingerMs, () => {
			// Who comes now waits for the next life.
			this.#present.go();
			this.#upkeep.stop();
		});
	}
}
