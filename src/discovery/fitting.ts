const INTERFACES_EVERY_MS = 5000;

/** Fits what is announced to the host's interfaces, now and every few seconds, since they come and go: one fit after the other. */
export class Fitting {
	readonly #fit: () => Promise<void>;
	#watch: NodeJS.Timeout | undefined;
	#last: Promise<void> = Promise.resolve();

	/** `fit` must not reject. */
	constructor(fit: () => Promise<void>) {
		this.#fit = fit;
	}

	/** Resolves when the first is done. */
	start(): Promise<void> {
		this.#watch = setInterval(() => this.next(this.#fit), INTERFACES_EVERY_MS);
		this.#watch.unref();
		return this.next(this.#fit);
	}

	/** Another fit behind those before it; resolves when it is done. */
	next(fit: () => Promise<void>): Promise<void> {
		this.#last = this.#last.then(fit);
		return this.#last;
	}

	/** Resolves when none is under way. */
	async stop(): Promise<void> {
		clearInterval(this.#watch);
		await this.#last;
	}
}
