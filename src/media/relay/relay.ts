import { rtspAddress } from "../../rtsp-client/address.ts";
import { LoginRefused } from "../../rtsp-client/errors.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { OnDemand } from "../on-demand.ts";
import type { RtspSource } from "../types.ts";
import type { End } from "../upkeep.ts";
import type { RelaySession } from "./relay-session.ts";

/** Connected on this long without users: less than what a login costs. */
const lingerMs = 500;
/** Cameras lock out who comes with a wrong password again and again. */
const refusedMs = 30_000;

export interface RelayOptions {
	readonly source: RtspSource;
	readonly clock: Clock;
	readonly log: Log;
	/** Told each time that the camera cannot be had. */
	readonly onUnavailable: (reason: string) => void;
}

/** The one connection to another camera, kept while somebody uses it. */
export class Relay {
	readonly #options: RelayOptions;
	readonly #name: string;
	readonly #session: OnDemand<RelaySession>;

	constructor(options: RelayOptions) {
		const { source, clock, log, onUnavailable } = options;
		this.#options = options;
		const address = rtspAddress(source.url);
		this.#name = address ? `${address.host}:${address.port}` : "the camera";
		this.#session = new OnDemand({
			live: (signal, have) => this.#live(signal, have),
			lingerMs,
			onTrouble(_end, reason, news) {
				if (news) log.warn("no picture from the source", { reason });
				onUnavailable(reason);
			},
			clock,
		});
	}

	/** Why the latest try failed; undefined while all is well or nothing is tried. */
	get unavailable(): string | undefined {
		return this.#session.wanted ? this.#session.trouble : undefined;
	}

	/** One more user; answers how to leave, which is idempotent. */
	acquire(): () => void {
		return this.#session.acquire();
	}

	/** Used while `work` lasts. */
	use<R>(work: () => Promise<R>): Promise<R> {
		return this.#session.use(work);
	}

	/** Waits for the camera to play, however long it takes. Rejects when `signal` aborts, or it is stopped. */
	session(signal: AbortSignal): Promise<RelaySession> {
		return this.#session.ready(signal);
	}

	/** Resolves when the connection is closed, for good. */
	stop(): Promise<void> {
		return this.#session.close();
	}

	/** One connection. */
	async #live(
		signal: AbortSignal,
		have: (session: RelaySession | undefined) => void,
	): Promise<End> {
		// Who has no such source need not load its client.
		const { playOnce } = await import("./play-once.ts");
		const why = (reason: string) => `${this.#name}: ${reason}`;
		try {
			const reason = await playOnce(this.#options, signal, (session) => {
				this.#well();
				// Before those who use it hear of it and ask for the next.
				session.ended.addEventListener("abort", () => have(undefined), {
					once: true,
				});
				have(session);
			});
			return { reason: why(reason) };
		} catch (error) {
			const reason = why(error instanceof Error ? error.message : `${error}`);
			return error instanceof LoginRefused
				? { reason, next: { notForMs: refusedMs } }
				: { reason };
		}
	}

	#well(): void {
		if (this.#session.well())
			this.#options.log.info("the camera is back", { camera: this.#name });
	}
}
