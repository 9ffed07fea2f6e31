/** From start to end; ends soon after `signal` aborts. Must not reject. */
export type Run = (signal: AbortSignal) => Promise<void>;

/** What is started and stopped as often as one likes: one run after the other, since the last may still hold what the next one needs. */
export class Runs {
	readonly #run: Run;
	#wanted: AbortController | undefined;
	/** The next run waits for it. */
	#last: Promise<void> | undefined;

	/** The first run waits for `after`. */
	constructor(run: Run, after?: Promise<unknown>) {
		this.#run = run;
		this.#last = after?.then(() => undefined);
	}

	/** It was started and not stopped since. */
	get wanted(): boolean {
		return this.#wanted !== undefined;
	}

	/** Begins before it returns where nothing has to be waited for. Does nothing while it is wanted already. */
	start(): void {
		if (this.#wanted) return;
		const wanted = new AbortController();
		this.#wanted = wanted;
		const run = async () => {
			if (!wanted.signal.aborted) await this.#run(wanted.signal);
		};
		const ended = (this.#last?.then(run) ?? run()).then(() => {
			if (this.#last === ended) this.#last = undefined;
		});
		this.#last = ended;
	}

	/** Idempotent. */
	stop(): void {
		this.#wanted?.abort();
		this.#wanted = undefined;
	}

	/** Resolves when nothing runs any more of what was started up to now. */
	async ended(): Promise<void> {
		await this.#last;
	}
}
