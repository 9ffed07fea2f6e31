import type { Clock } from "../../src/system/clock.ts";

/** A clock whose monotonic time a test moves; its wall clock goes by itself. */
export class MovedClock implements Clock {
	moved = 0;
	now(): number {
		return Date.now();
	}
	monotonic(): number {
		return this.moved;
	}
}
