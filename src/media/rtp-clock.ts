import { randomInt } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { Least } from "./least.ts";
import type { StreamClock } from "./types.ts";

/**
 * The clock of a stream's RTP timestamps: it runs with the host's from a random start. All streams of a camera are
 * timed by when their pictures and sounds were taken, so that players find what belongs together (RFC 3550, 6.4.1).
 */
export class RtpClock implements StreamClock {
	readonly #clock: Clock;
	readonly #ticksPerSecond: () => number;
	readonly #base = randomInt(2 ** 32);
	/** Clocks of cameras and sound cards drift against ours. */
	readonly #behind = new Least();

	/** The rate may change between two runs of an encoder. */
	constructor(clock: Clock, ticksPerSecond: () => number) {
		this.#clock = clock;
		this.#ticksPerSecond = ticksPerSecond;
	}

	/** What it shows at wall-clock time `time`; now when not told. */
	at(time?: number): number {
		const ago = time === undefined ? 0 : this.#clock.now() - time;
		const ms = this.#clock.monotonic() - ago;
		const shown = Math.round((ms * this.#ticksPerSecond()) / 1000);
		return (this.#base + shown) >>> 0;
	}

	/**
	 * A frame's timestamp was so many ticks behind this clock at the time that is known of it. Of frames of which only
	 * the arrival is known, that which came fastest tells most.
	 */
	observe(ticksBehind: number): void {
		this.#behind.add(ticksBehind, this.#clock.monotonic());
	}

	/** The frames of another run of the encoder follow. */
	restart(): void {
		this.#behind.clear();
	}

	rtpTimestampAt(now: number): number {
		return (this.at(now) - (this.#behind.value ?? 0)) >>> 0;
	}
}
