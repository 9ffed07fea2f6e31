/** Delays that keep no process alive and can all be called off at once. */
export class Timers {
	readonly #pending = new Set<NodeJS.Timeout>();

	after(milliseconds: number, then: () => void): void {
		const timer = setTimeout(() => {
			this.#pending.delete(timer);
			then();
		}, milliseconds);
		timer.unref();
		this.#pending.add(timer);
	}

	clear(): void {
		for (const timer of this.#pending) clearTimeout(timer);
		this.#pending.clear();
	}
}
