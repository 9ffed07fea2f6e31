import type { StreamDirectory } from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { Network } from "../../system/network-types.ts";

/** One entry of the configuration's `push`. */
export interface PushTarget {
	/** The profile's token. */
	readonly profile: string;
	/** Where to; may hold a login or a stream key. */
	readonly url: string;
	/** Routers that packets for a group may cross. */
	readonly ttl: number;
	/** Name of the interface that packets for a group leave by; null: as the host's routes say. */
	readonly interface: string | null;
	/** File to write the SDP to, absolute; null for none. */
	readonly sdp: string | null;
}

/** What every push works with. */
export interface PushContext {
	readonly directory: StreamDirectory;
	readonly network: Pick<Network, "interfaces">;
	readonly clock: Clock;
	readonly log: Log;
}

/** One try at a target, told from outside when to end. */
export interface Attempt {
	/** Aborts when the service stops: then the attempt has to end soon. */
	readonly signal: AbortSignal;
	/** To be called when the target takes the first frame. */
	sending(): void;
}

/**
 * A way to push: one try, from connecting to the end of it. Resolves when `signal` aborted and all is closed; rejects
 * with `PushFailed` when the target cannot be reached or no longer takes what is sent: then it is tried again later.
 */
export type PushScheme = (
	target: PushTarget,
	context: PushContext,
	attempt: Attempt,
) => Promise<void>;

/** The message is for people; no secret is in it. */
export class PushFailed extends Error {
	override readonly name = "PushFailed";
}

/** What a push is at. */
export interface PushStatus {
	readonly profile: string;
	/** Without login, path and query, which may hold keys. */
	readonly url: string;
	readonly state: "connecting" | "sending" | "waiting";
	/** ms since 1970: when it came to that. */
	readonly since: number;
	/** Why the last try ended; undefined when none did, and while it sends. */
	readonly reason: string | undefined;
	/** ms since 1970: when it tries again; undefined but while it waits for that. */
	readonly retryAt: number | undefined;
	/** Tries that failed since it was last well. */
	readonly failures: number;
}
