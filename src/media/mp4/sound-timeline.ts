import { aacFrameTicks } from "./aac.ts";
import type { SampleTime } from "./fragment.ts";

/** So much beside the pictures nobody hears; what is more is brought back, and all at once when it is a whole second. */
const tolerableSeconds = 0.05;
const jumpSeconds = 1;
/** A frame is made longer or shorter by no more than nobody hears. */
const correctionTicks = 16;

/** Decode times of sound, without gaps, beside those of the pictures, whose clock may run a little faster or slower. */
export class SoundTimeline {
	readonly #ticksPerSecond: number;
	#end: number | undefined;
	#correcting = false;

	constructor(ticksPerSecond: number) {
		this.#ticksPerSecond = ticksPerSecond;
	}

	/** Of the next frame, which belongs to `seconds` of the pictures' time; undefined for one to be left out. */
	next(seconds: number): SampleTime | undefined {
		const wanted = Math.round(seconds * this.#ticksPerSecond);
		if (this.#end === undefined && wanted < 0) return undefined;
		const decodeTime = this.#end ?? wanted;
		const late = wanted - decodeTime;
		if (late < -jumpSeconds * this.#ticksPerSecond) return undefined;
		const duration = aacFrameTicks + this.#correction(late);
		this.#end = decodeTime + duration;
		return { decodeTime, duration };
	}

	/** Seconds up to which there is sound. */
	get end(): number {
		return (this.#end ?? 0) / this.#ticksPerSecond;
	}

	/** Of a frame that stands in for sound which is missing: it begins where the last one ended. */
	following(): SampleTime {
		const decodeTime = this.#end ?? 0;
		this.#end = decodeTime + aacFrameTicks;
		return { decodeTime, duration: aacFrameTicks };
	}

	#correction(late: number): number {
		const off = Math.abs(late);
		if (late > jumpSeconds * this.#ticksPerSecond) return late;
		if (off > tolerableSeconds * this.#ticksPerSecond) this.#correcting = true;
		else if (off <= correctionTicks) this.#correcting = false;
		return this.#correcting ? Math.sign(late) * correctionTicks : 0;
	}
}
