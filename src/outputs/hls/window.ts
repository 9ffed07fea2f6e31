import { writePlaylist } from "./playlist.ts";
import type { OpenSegment, Segment } from "./types.ts";

/** Listed: six segments of a second, three for players that stay behind and three to spare. */
const listed = 6;
const leastListed = 3;
/** Behind the list, for who fetched it a moment ago. */
const kept = 3;
/** Of large pictures fewer are held. */
const mostOctets = 16 * 1024 * 1024;

/** The segments of the last seconds, in memory. */
export class SegmentWindow {
	readonly #run: string;
	readonly #partTarget: number;
	readonly #inits = new Map<string, Buffer>();
	#segments: Segment[] = [];
	#open: OpenSegment | undefined;
	/** Before the first segment that is held. */
	#discontinuities: number;
	#targetDuration = 1;

	/**
	 * @param discontinuities to begin with: more than a start before had, so that players know that its times are over
	 */
	constructor(run: string, partTarget: number, discontinuities: number) {
		this.#run = run;
		this.#partTarget = partTarget;
		this.#discontinuities = discontinuities;
	}

	/** Seconds, whole. */
	get targetDuration(): number {
		return this.#targetDuration;
	}

	/** How many are finished and held. */
	get segments(): number {
		return this.#segments.length;
	}

	/** The last finished segment's; undefined before the first. */
	get lastNumber(): number | undefined {
		return this.#segments.at(-1)?.number;
	}

	addInit(name: string, data: Buffer): void {
		this.#inits.set(name, data);
	}

	change(open: OpenSegment | undefined, finished: Segment | undefined): void {
		this.#open = open;
		if (!finished) return;
		this.#segments.push(finished);
		this.#targetDuration = Math.max(
			this.#targetDuration,
			Math.round(finished.duration),
		);
		this.#forgetOld();
	}

	/**
	 * Whether part `part` of segment `number` is there; the whole segment where `part` is undefined. A part behind a
	 * segment's last is the next segment's first (RFC 8216bis, 6.2.5.2).
	 */
	has(number: number, part: number | undefined): boolean {
		const last = this.lastNumber ?? Number.NEGATIVE_INFINITY;
		if (number > last)
			return (
				part !== undefined &&
				this.#open?.number === number &&
				part < this.#open.parts.length
			);
		const segment = this.#segments.find((one) => one.number === number);
		if (part === undefined || !segment || part < segment.parts.length)
			return true;
		return this.has(number + 1, 0);
	}

	/** Undefined before the first segment is finished. */
	get playlist(): string | undefined {
		const last = this.#segments.at(-1);
		if (!last) return undefined;
		const first = Math.max(0, this.#segments.length - listed);
		const before = this.#segments
			.slice(0, first)
			.filter(({ discontinuity }) => discontinuity);
		return writePlaylist({
			segments: this.#segments.slice(first),
			open: this.#open,
			discontinuities: this.#discontinuities + before.length,
			targetDuration: this.#targetDuration,
			partTarget: this.#partTarget,
			nextPart: this.nextPart,
		});
	}

	/** File name of the part that is made now. */
	get nextPart(): string {
		const number = this.#open?.number ?? (this.lastNumber ?? 0) + 1;
		return `${this.#run}-${number}-${this.#open?.parts.length ?? 0}.m4s`;
	}

	file(name: string): Buffer | undefined {
		const init = this.#inits.get(name);
		if (init) return init;
		const all = this.#open ? [...this.#segments, this.#open] : this.#segments;
		for (const segment of all) {
			if (segment.data && segment.name === name) return segment.data;
			const part = segment.parts.find((one) => one.name === name);
			if (part) return part.data;
		}
		return undefined;
	}

	#forgetOld(): void {
		while (this.#segments.length > listed + kept || this.#tooLarge()) {
			const gone = this.#segments.shift();
			if (gone?.discontinuity) this.#discontinuities++;
		}
		const used = new Set(this.#segments.map(({ init }) => init));
		// The newest is that of a segment which has just begun.
		for (const name of [...this.#inits.keys()].slice(0, -1))
			if (!used.has(name)) this.#inits.delete(name);
	}

	#tooLarge(): boolean {
		if (this.#segments.length <= leastListed) return false;
		const octets = this.#segments.reduce(
			(sum, { data }) => sum + data.length,
			0,
		);
		return octets > mostOctets;
	}
}
