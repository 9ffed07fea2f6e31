/** RTMP's milliseconds of one track, from its RTP timestamps; they never go back. */
export class RtmpTimeline {
	readonly #clockRate: number;
	#last: number;
	#ticks = 0;
	#latest = 0;

	/** @param origin RTP timestamp of the moment that all tracks count from */
	constructor(origin: number, clockRate: number) {
		this.#last = origin;
		this.#clockRate = clockRate;
	}

	/** Milliseconds since the origin, 0 for what was before; 32 bits. */
	at(rtpTimestamp: number): number {
		this.#ticks += (rtpTimestamp - this.#last) | 0;
		this.#last = rtpTimestamp;
		const milliseconds = Math.round((this.#ticks * 1000) / this.#clockRate);
		this.#latest = Math.max(this.#latest, milliseconds);
		return this.#latest % 2 ** 32;
	}
}
