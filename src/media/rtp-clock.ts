import { randomInt } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import type { StreamClock } from "./types.ts";

/** Clocks of cameras and sound cards drift against ours; what they were behind by is held true for so long. */
const windowMs = 10_000;

/**
 * The clock of a stream's RTP timestamps: it runs with the host's from a random start. All streams of a camera are
 * timed by when their pictures and sounds were taken, so that players find what belongs together (RFC 3550, 6.4.1).
 */
export class RtpClock implements StreamClock {
	readonly #clock: Clock;
	readonly #ticksPerMs: number;
	readonly #base = randomInt(2 ** 32);
	#least: number | undefined;
	#before: number | undefined;
	#since = 0;

	constructor(clock: Clock, ticksPerSecond: number) {
		this.#clock = clock;
		this.#ticksPerMs = ticksPerSecond / 1000;
	}

	/** What it shows at wall-clock time `time`; now when not told. */
	at(time?: number): number {
		const ago = time === undefined ? 0 : this.#clock.now() - time;
		const shown = (this.#clock.monotonic() - ago) * this.#ticksPerMs;
		return (this.#base + Math.round(shown)) >>> 0;
	}

	/**
	 * A frame's timestamp was so many ticks behind this clock at the time that is known of it. Of frames of which only
	 * the arrival is known, that which came fastest tells most.
	 */
	observe(ticksBehind: number): void {
		const now = this.#clock.monotonic();
		if (now - this.#since >= windowMs) {
			this.#before = this.#least;
			this.#least = undefined;
			this.#since = now;
		}
		this.#least = Math.min(this.#least ?? ticksBehind, ticksBehind);
	}

	/** The frames of another run of the encoder follow. */
	restart(): void {
		this.#least = undefined;
		this.#before = undefined;
		this.#since = this.#clock.monotonic();
	}

	rtpTimestampAt(now: number): number {
		const before = this.#before ?? Number.POSITIVE_INFINITY;
		const least = this.#least ?? Number.POSITIVE_INFINITY;
		const behind = Math.min(before, least);
		return (this.at(now) - (Number.isFinite(behind) ? behind : 0)) >>> 0;
	}
}
