/** Where time comes from. An argument everywhere, so that tests need no waiting. */
export interface Clock {
	/** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z; may jump. */
	now(): number;
	/** Milliseconds that only ever grow, from an arbitrary start. */
	monotonic(): number;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
};
