interface Waiting<T> {
	resolve(value: T): void;
	reject(error: Error): void;
}

/** What is there at times: whoever waits for it is given it when it comes. */
export class Presence<T> {
	readonly #waiting = new Set<Waiting<T>>();
	#value: T | undefined;
	#over = false;

	/** Undefined while it is not there. */
	get value(): T | undefined {
		return this.#value;
	}

	come(value: T): void {
		this.#value = value;
		for (const { resolve } of [...this.#waiting]) resolve(value);
	}

	go(): void {
		this.#value = undefined;
	}

	/** It will not come again: nobody need wait for it. */
	end(): void {
		this.go();
		this.#over = true;
		for (const { reject } of [...this.#waiting]) reject(new Error("stopped"));
	}

	/** Waits as long as it takes. Rejects when `signal` aborts, and when it will not come again. */
	wait(signal: AbortSignal): Promise<T> {
		if (this.#value !== undefined) return Promise.resolve(this.#value);
		return new Promise((resolve, reject) => {
			const leave = () => {
				this.#waiting.delete(waiting);
				signal.removeEventListener("abort", giveUp);
			};
			const waiting: Waiting<T> = {
				resolve(value) {
					leave();
					resolve(value);
				},
				reject(error) {
					leave();
					reject(error);
				},
			};
			const giveUp = () => waiting.reject(new Error("stopped"));
			this.#waiting.add(waiting);
			signal.addEventListener("abort", giveUp, { once: true });
			if (signal.aborted || this.#over) giveUp();
		});
	}
}
