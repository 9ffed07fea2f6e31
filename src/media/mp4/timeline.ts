import type { SampleTime } from "./fragment.ts";

/** So long without a picture, and for three frames' time, is a pause, which is left out: who watches live need not wait for what is over. */
const pauseSeconds = 1;

/**
 * Decode times without gaps, for frames that leave before it is known when the next one comes: each is given the
 * time from the one before it to itself, and so ends where the next is expected. Times are off by the difference of
 * two intervals, and that does not add up. A gap would cost the pictures up to the next key frame: Media Source
 * Extensions, 3.5.8, drops them where a decode time is more than twice the last duration ahead.
 */
export class Timeline {
	readonly #frameTicks: number;
	readonly #pauseTicks: number;
	#last: number | undefined;
	#decodeTime = 0;

	/** Beside sound, pauses stay, since it goes on meanwhile. */
	constructor(
		ticksPerSecond: number,
		framesPerSecond: number,
		{ sound = false } = {},
	) {
		this.#frameTicks = Math.max(
			1,
			Math.round(ticksPerSecond / framesPerSecond),
		);
		this.#pauseTicks = sound
			? Number.POSITIVE_INFINITY
			: Math.max(pauseSeconds * ticksPerSecond, 3 * this.#frameTicks);
	}

	/** Of the next frame, by its RTP timestamp. */
	next(rtpTimestamp: number): SampleTime {
		const duration = this.#since(rtpTimestamp);
		this.#last = rtpTimestamp;
		const decodeTime = this.#decodeTime;
		this.#decodeTime += duration;
		return { decodeTime, duration };
	}

	#since(rtpTimestamp: number): number {
		if (this.#last === undefined) return this.#frameTicks;
		const ticks = (rtpTimestamp - this.#last) | 0;
		if (ticks > this.#pauseTicks) return this.#frameTicks;
		return Math.max(1, ticks);
	}
}
