import type { Log } from "./log.ts";

/** Undoes what was built, the latest first; a failure is logged and stops nothing. */
export class Undo {
	readonly #steps: (() => Promise<void>)[] = [];
	readonly #log: Log;

	constructor(log: Log) {
		this.#log = log;
	}

	add(step: () => Promise<void>): void {
		this.#steps.push(step);
	}

	async run(): Promise<void> {
		for (let step = this.#steps.pop(); step; step = this.#steps.pop())
			await step().catch((error: unknown) =>
				this.#log.error("a part did not stop cleanly", {
					reason: String(error),
				}),
			);
	}
}
