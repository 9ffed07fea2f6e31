import type { Fragment, InitSegment, Mp4Output } from "../fmp4/types.ts";
import type { OpenSegment, Part, Segment } from "./types.ts";

/** Segments are cut at the first key frame from here on. Short ones are what a small delay is made of. */
const leastSeconds = 1;
/** Frames do not come to the millisecond. */
const tolerance = 0.1;
/** Without a key frame for so long one is asked for; cameras' own encoders may not heed it. */
const wishSeconds = 2;
/** What bounds a segment whose key frame never comes. */
const mostSeconds = 10;
const mostOctets = 8 * 1024 * 1024;

export interface SegmenterOptions {
	/** Begins every file name, so that no name is ever used twice. */
	readonly run: string;
	/** Of the first segment. */
	readonly firstNumber: number;
	/** Seconds that no part exceeds, unless one frame does. */
	readonly partTarget: number;
	init(name: string, data: Buffer): void;
	/** A part of the open segment, or the whole segment with its last part, is finished. */
	changed(open: OpenSegment | undefined, finished: Segment | undefined): void;
	requestKeyFrame(): void;
	end(reason: string): void;
}

interface Growing {
	readonly segment: Omit<OpenSegment, "parts">;
	readonly parts: Part[];
	duration: number;
	octets: number;
}

/**
 * Cuts a profile's fragments into segments and parts. What is finished is known when the next frame comes: only then
 * can it be said whether another part of the same segment follows.
 */
export class Segmenter implements Mp4Output {
	readonly #options: SegmenterOptions;
	#number: number;
	#inits = 0;
	#initName = "";
	#discontinuity = false;
	#growing: Growing | undefined;
	#fragments: Fragment[] = [];
	#partDuration = 0;

	constructor(options: SegmenterOptions) {
		this.#options = options;
		this.#number = options.firstNumber;
	}

	/** Of the segment that follows the last finished one. */
	get nextNumber(): number {
		return this.#number;
	}

	init({ data }: InitSegment): void {
		this.#finishSegment();
		this.#discontinuity = this.#inits > 0;
		this.#initName = `${this.#options.run}-init-${++this.#inits}.mp4`;
		this.#options.init(this.#initName, data);
	}

	fragment(fragment: Fragment): void {
		const { duration, key } = fragment;
		if (this.#full(fragment)) this.#finishSegment();
		else if (
			duration > 0 &&
			this.#partDuration > 0 &&
			this.#partDuration + duration > this.#options.partTarget
		)
			this.#finishPart();
		this.#growing ??= this.#begin(fragment);
		this.#fragments.push(fragment);
		this.#partDuration += duration;
		this.#growing.duration += duration;
		this.#growing.octets += fragment.data.length;
		if (!key && this.#growing.duration > wishSeconds)
			this.#options.requestKeyFrame();
	}

	end(reason: string): void {
		this.#options.end(reason);
	}

	#full({ key, data, duration }: Fragment): boolean {
		if (!this.#growing) return false;
		const { octets, duration: so } = this.#growing;
		if (key) return so > leastSeconds - tolerance;
		return so + duration > mostSeconds || octets + data.length > mostOctets;
	}

	#begin({ key, takenAt }: Fragment): Growing {
		const number = this.#number;
		const name = `${this.#options.run}-${number}.m4s`;
		const discontinuity = this.#discontinuity;
		this.#discontinuity = false;
		return {
			segment: {
				number,
				name,
				init: this.#initName,
				discontinuity,
				independent: key,
				takenAt,
			},
			parts: [],
			duration: 0,
			octets: 0,
		};
	}

	#closePart({ segment, parts }: Growing): void {
		if (this.#fragments.length === 0) return;
		parts.push({
			name: `${this.#options.run}-${segment.number}-${parts.length}.m4s`,
			duration: this.#partDuration,
			independent: this.#fragments.some(({ key }) => key),
			data: Buffer.concat(this.#fragments.map(({ data }) => data)),
		});
		this.#fragments = [];
		this.#partDuration = 0;
	}

	#finishPart(): void {
		const growing = this.#growing;
		if (!growing) return;
		this.#closePart(growing);
		this.#options.changed(
			{ ...growing.segment, parts: [...growing.parts] },
			undefined,
		);
	}

	#finishSegment(): void {
		const growing = this.#growing;
		if (!growing) return;
		this.#closePart(growing);
		this.#growing = undefined;
		this.#number++;
		this.#options.changed(undefined, whole(growing));
	}
}

/** Its parts' data become views of the whole, so that it is held once. */
function whole({ segment, parts, duration }: Growing): Segment {
	const data = Buffer.concat(parts.map((part) => part.data));
	let at = 0;
	const views = parts.map((part) => {
		const from = at;
		at += part.data.length;
		return { ...part, data: data.subarray(from, at) };
	});
	return { ...segment, duration, parts: views, data };
}
