/** From start to end; ends soon after `signal` aborts. Must not reject. */
export type Run = (signal: AbortSignal) => Promise<void>;

/** What is started and stopped as often as one likes: one run after the other, since the last may still hold what the next one needs. */
export class Runs {
	readonly #run: Run;
	#wanted: AbortController | undefined;
	#ended: Promise<void>;

	/** The first run waits for `after`. */
	constructor(run: Run, after: Promise<unknown> = Promise.resolve()) {
		this.#run = run;
		this.#ended = after.then(() => undefined);
	}

	/** It was started and not stopped since. */
	get wanted(): boolean {
		return this.#wanted !== undefined;
	}

	/** Does nothing while it is wanted already. */
	start(): void {
		if (this.#wanted) return;
		const wanted = new AbortController();
		this.#wanted = wanted;
		const { signal } = wanted;
		this.#ended = this.#ended.then(() =>
			signal.aborted ? undefined : this.#run(signal),
		);
	}

	/** Idempotent. */
	stop(): void {
		this.#wanted?.abort();
		this.#wanted = undefined;
	}

	/** Resolves when nothing runs any more of what was started up to now. */
	ended(): Promise<void> {
		return this.#ended;
	}
}
