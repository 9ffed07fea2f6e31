/** What is there at times: whoever waits for it is given it when it comes. */
export class Presence<T> {
	readonly #waiting = new Set<(value: T) => void>();
	#value: T | undefined;

	/** Undefined while it is not there. */
	get value(): T | undefined {
		return this.#value;
	}

	come(value: T): void {
		this.#value = value;
		for (const resolve of [...this.#waiting]) resolve(value);
	}

	go(): void {
		this.#value = undefined;
	}

	/** Waits as long as it takes. Rejects when `signal` aborts. */
	wait(signal: AbortSignal): Promise<T> {
		if (this.#value !== undefined) return Promise.resolve(this.#value);
		return new Promise((resolve, reject) => {
			const leave = () => {
				this.#waiting.delete(take);
				reject(new Error("stopped"));
			};
			const take = (value: T) => {
				this.#waiting.delete(take);
				signal.removeEventListener("abort", leave);
				resolve(value);
			};
			this.#waiting.add(take);
			signal.addEventListener("abort", leave, { once: true });
			if (signal.aborted) leave();
		});
	}
}
