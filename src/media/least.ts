const windowMs = 10_000;

/** The least of the values of the last ten to twenty seconds, so that a slow drift is followed both ways. */
export class Least {
	#present = Number.POSITIVE_INFINITY;
	#before = Number.POSITIVE_INFINITY;
	#since = Number.NEGATIVE_INFINITY;

	/** `now` is monotonic, in ms. */
	add(value: number, now: number): void {
		if (now - this.#since >= windowMs) {
			this.#before = this.#present;
			this.#present = Number.POSITIVE_INFINITY;
			this.#since = now;
		}
		this.#present = Math.min(this.#present, value);
	}

	clear(): void {
		this.#present = Number.POSITIVE_INFINITY;
		this.#before = Number.POSITIVE_INFINITY;
		this.#since = Number.NEGATIVE_INFINITY;
	}

	/** Undefined before the first. */
	get value(): number | undefined {
		const least = Math.min(this.#present, this.#before);
		return Number.isFinite(least) ? least : undefined;
	}
}
