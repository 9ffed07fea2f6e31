import { createHash } from "node:crypto";
import type { EndedSessions } from "../../src/auth/ended-sessions.ts";
import type { User, UserLookup } from "../../src/auth/types.ts";
import type { Clock } from "../../src/system/clock.ts";

export interface FakeClock extends Clock {
	/** Both clocks go on by so many milliseconds. */
	advance(milliseconds: number): void;
	/** Somebody sets the wall clock. */
	set(now: number): void;
}

export function fakeClock(
	start = Date.parse("2026-11-22T09:00:00Z"),
): FakeClock {
	let now = start;
	let monotonic = 1000;
	return {
		now: () => now,
		monotonic: () => monotonic,
		advance(milliseconds) {
			now += milliseconds;
			monotonic += milliseconds;
		},
		set(time) {
			now = time;
		},
	};
}

export function lookup(...users: User[]): UserLookup {
	const byName = new Map(users.map((user) => [user.name, user]));
	return { find: (name) => byName.get(name) };
}

/** Deterministic bytes, different at every call. */
export function countingRandom(): (size: number) => Uint8Array {
	let call = 0;
	return (size) => {
		call += 1;
		return createHash("sha512")
			.update(`call ${call}`)
			.digest()
			.subarray(0, size);
	};
}

/** Ended sessions of a service that is never restarted. */
export function endedInMemory(): EndedSessions {
	const ended = new Set<string>();
	return {
		has: (serial) => ended.has(serial),
		add: async (serial) => void ended.add(serial),
	};
}
