import type { Clock } from "../system/clock.ts";

/** Who watches, by what of HTTP's or a port of its own; RTSP knows its own. */
export interface Visit {
	/** Address without port. */
	readonly client: string;
	/** Undefined where no login is needed. */
	readonly user: string | undefined;
	/** The profile's token. */
	readonly profile: string;
	readonly by: "MJPEG" | "fMP4" | "HLS" | "RTP over TCP";
}

export interface CountedVisit extends Visit {
	/** Monotonic milliseconds: when it began. */
	readonly since: number;
}

/** Players of HLS ask every second, those in a tab that is not looked at more rarely. */
const restMs = 20_000;
/** Who asks now and again is remembered; beyond them the one that asked longest ago is forgotten. */
const capacity = 256;

/** Who watches just now by what is no session of RTSP's. */
export class Audience {
	readonly #clock: Clock;
	readonly #staying = new Set<CountedVisit>();
	/** Those that asked last stand last. */
	readonly #asking = new Map<string, CountedVisit & { readonly at: number }>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Somebody came; answers how to leave. */
	enter(visit: Visit): () => void {
		const counted = { ...visit, since: this.#clock.monotonic() };
		this.#staying.add(counted);
		return () => void this.#staying.delete(counted);
	}

	/** Somebody asked for the next piece: is there until a while after the last time. */
	ask(visit: Visit): void {
		const { client, user = "", profile } = visit;
		const key = `${client} ${profile} ${user}`;
		const at = this.#clock.monotonic();
		const known = this.#asking.get(key);
		const since = known && at - known.at < restMs ? known.since : at;
		this.#asking.delete(key);
		this.#asking.set(key, { ...visit, since, at });
		const [oldest = ""] = this.#asking.keys();
		if (this.#asking.size > capacity) this.#asking.delete(oldest);
	}

	get visits(): readonly CountedVisit[] {
		const now = this.#clock.monotonic();
		for (const [key, { at }] of this.#asking)
			if (now - at < restMs) break;
			else this.#asking.delete(key);
		return [...this.#staying, ...this.#asking.values()];
	}
}
