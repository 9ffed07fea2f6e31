interface Run {
	/** The first sample's, of all that were given. */
	readonly position: number;
	/** The first sample's. */
	readonly timestamp: number;
}

/** Which RTP timestamp a sample had that was given before: sound that stops for a while goes on with a later one. */
export class SampleTimes {
	readonly #runs: Run[] = [];
	#end = 0;

	/** How many samples were given. */
	get end(): number {
		return this.#end;
	}

	/** So many samples, a tick each, from `timestamp` on. */
	add(timestamp: number, samples: number): void {
		const last = this.#runs.at(-1);
		const goesOn =
			last &&
			(last.timestamp + this.#end - last.position) >>> 0 === timestamp >>> 0;
		if (!goesOn) this.#runs.push({ position: this.#end, timestamp });
		this.#end += samples;
	}

	/**
	 * Of the sample at `position`, which may lie between two, or before the first; it is never asked for one before
	 * the last that it was asked for. Not brought into 32 bits. Undefined before any were given.
	 */
	at(position: number): number | undefined {
		while ((this.#runs[1]?.position ?? Number.POSITIVE_INFINITY) <= position)
			this.#runs.shift();
		const [run] = this.#runs;
		return run && run.timestamp + position - run.position;
	}
}
