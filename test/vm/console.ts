const kept = 1 << 20;

/** Text that grows, of which tests wait for parts. */
export class Console {
	#text = "";
	#ended: string | undefined;
	readonly #lookers = new Set<() => void>();

	/** The last MiB of it. */
	get text(): string {
		return this.#text;
	}

	add(text: string): void {
		this.#text = (this.#text + text.replaceAll("\r", "")).slice(-kept);
		this.#look();
	}

	end(reason: string): void {
		this.#ended = reason;
		this.#look();
	}

	/** Resolves when `text` was said, before or from now on. Rejects after `timeoutMs`, or when nothing more will be said. */
	waitFor(text: string, timeoutMs: number): Promise<void> {
		return new Promise((resolve, reject) => {
			const settle = (end: () => void) => {
				clearTimeout(timer);
				this.#lookers.delete(look);
				end();
			};
			const fail = (why: string) =>
				settle(() =>
					reject(
						new Error(`${why}, without "${text}":\n${this.#text.slice(-4000)}`),
					),
				);
			const timer = setTimeout(
				() => fail(`${timeoutMs} ms went by`),
				timeoutMs,
			);
			const look = () => {
				if (this.#text.includes(text)) settle(resolve);
				else if (this.#ended !== undefined) fail(this.#ended);
			};
			this.#lookers.add(look);
			look();
		});
	}

	#look(): void {
		for (const look of [...this.#lookers]) look();
	}
}
