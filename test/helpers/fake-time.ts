import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/system/clock.ts";
import type { Timer } from "../../src/system/timer.ts";

interface Due {
	readonly at: number;
	readonly then: () => void;
}

/** Time that goes on only when a test says so. */
export class FakeTime implements Clock {
	#at = 0;
	readonly #due = new Set<Due>();

	now(): number {
		return this.#at;
	}

	monotonic(): number {
		return this.#at;
	}

	/** How many timers wait. */
	get pending(): number {
		return this.#due.size;
	}

	readonly timer: Timer = (ms, then) => {
		const due = { at: this.#at + ms, then };
		this.#due.add(due);
		return () => this.#due.delete(due);
	};

	/** `ms` later; all that comes of each timer on the way is done before the next. */
	async pass(ms: number): Promise<void> {
		const end = this.#at + ms;
		await turn();
		for (;;) {
			const [next] = [...this.#due]
				.filter(({ at }) => at <= end)
				.sort((a, b) => a.at - b.at);
			if (!next) break;
			this.#due.delete(next);
			this.#at = next.at;
			next.then();
			await turn();
		}
		this.#at = end;
	}

	/** What promises have to do is done. */
	settled(): Promise<void> {
		return this.pass(0);
	}
}
