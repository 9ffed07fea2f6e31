/** Creation times that are accepted at this moment, in milliseconds since 1970. */
export interface CreatedWindow {
	readonly notBefore: number;
	readonly notAfter: number;
}

/** Remembers what was used, within bounds, so that nothing is taken twice. */
export interface ReplayCache {
	/** False when `key` was added before, or is too old to tell. `created` lies within `window`. */
	add(key: string, created: number, window: CreatedWindow): boolean;
	readonly size: number;
}

/**
 * At most `capacity` keys. When they are all still good, the eighth with the oldest creation times goes, and what is as old
 * as they, which goes with them, counts as used: a flood can shorten the window, never open it.
 */
export function createReplayCache(capacity: number): ReplayCache {
	const used = new Map<string, number>();
	let floor = Number.NEGATIVE_INFINITY;

	function makeRoom({ notBefore, notAfter }: CreatedWindow): void {
		for (const [key, created] of used)
			if (created < notBefore || created > notAfter) used.delete(key);
		if (used.size < capacity) return;
		// As numbers alone: a flood comes here once in so many tokens, and is not to pay for pairs of them.
		const times = new Float64Array(used.size);
		let count = 0;
		for (const created of used.values()) times[count++] = created;
		times.sort();
		floor = Math.max(floor, times[Math.ceil(capacity / 8) - 1] ?? floor);
		for (const [key, created] of used) if (created <= floor) used.delete(key);
	}

	return {
		add(key, created, window) {
			// A board without a battery-backed clock may have lived in the future until NTP set it back.
			if (floor > window.notAfter) floor = Number.NEGATIVE_INFINITY;
			if (used.has(key)) return false;
			if (used.size >= capacity) makeRoom(window);
			if (created <= floor) return false;
			used.set(key, created);
			return true;
		},
		get size() {
			return used.size;
		},
	};
}
