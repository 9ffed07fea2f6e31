import type { Clock } from "../system/clock.ts";

/** Bounds how often a client may guess at a user's password. */
export interface Guesses {
	/** Seconds until the next login of this client as this user is looked at; 0 for now. */
	wait(client: string, user: string): number;
	/** A password was wrong. */
	wrong(client: string, user: string): void;
}

/** So many wrong passwords at once ... */
const burst = 10;
/** ... and then one in so many seconds. */
const intervalSeconds = 6;
/** Beyond them the oldest is forgotten. */
const capacity = 1024;

/** Whoever owns an IPv6 address owns its whole /64. */
function network(client: string): string {
	return client.includes(":") && !client.includes(".")
		? client.split(":").slice(0, 4).join(":")
		: client;
}

/**
 * Counts by client and name together: a recorder with an old password locks out neither the others nor, by another name,
 * its own host. Names that do not exist are counted like those that do.
 */
export function createGuesses(clock: Clock): Guesses {
	/** When a client's allowance would be whole again, in monotonic seconds; those that guessed last stand last. */
	const fullAt = new Map<string, number>();
	const key = (client: string, user: string) => `${network(client)} ${user}`;
	const now = () => clock.monotonic() / 1000;

	return {
		wait(client, user) {
			const missing = (fullAt.get(key(client, user)) ?? 0) - now();
			return Math.max(0, Math.ceil(missing - (burst - 1) * intervalSeconds));
		},
		wrong(client, user) {
			const id = key(client, user);
			const from = Math.max(fullAt.get(id) ?? 0, now());
			fullAt.delete(id);
			const [oldest = ""] = fullAt.keys();
			if (fullAt.size >= capacity) fullAt.delete(oldest);
			fullAt.set(id, from + intervalSeconds);
		},
	};
}
