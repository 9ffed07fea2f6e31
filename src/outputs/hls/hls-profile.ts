import { SourceUnavailable } from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import type { LiveMp4 } from "../fmp4/live-mp4.ts";
import { Segmenter } from "./segmenter.ts";
import { SegmentWindow } from "./window.ts";

/** Half a second: two requests a second of each player, and players stay three parts behind. */
const partSeconds = 0.5;
/** Parts are whole frames, of which few a second may come. */
const framesAPart = 1.2;
/** Players ask every second; those in a tab that is not looked at, more rarely. */
const idleMs = 20_000;
const watchdogMs = 5000;
/** GStreamer 1.22 finds no way from a playlist of one segment to the next playlist, and stands still. */
const firstSegments = 2;
/** Each takes a second, or as long as the encoder's group of pictures. */
const firstMs = 25_000;
/** Waiting longer than three segments is over (RFC 8216bis, 6.2.5.2). */
const waitSegments = 3;

/** hls.js walks through all numbers up to the present one, often: with those of segments that took seconds each time. */
const mostDiscontinuities = 10_000;

/** What a request waits for, and what it is told. */
interface Waiting {
	readonly there: () => boolean;
	settle(there: boolean): void;
}

export interface HlsProfileOptions {
	/** Starts the encoder. Rejects with `SourceUnavailable`. */
	readonly open: () => Promise<LiveMp4>;
	/** Of this start: letters and digits. */
	readonly run: string;
	/** Of the first segment; greater than any that a start before had. */
	readonly firstNumber: number;
	readonly clock: Clock;
	/** It has stopped, with the number that the next start may begin at. */
	onStop(nextNumber: number): void;
}

/** One profile's HLS: runs from its first request until a while after its last. */
export class HlsProfile {
	readonly #options: HlsProfileOptions;
	readonly #waiting = new Set<Waiting>();
	readonly #watchdog: NodeJS.Timeout;
	#window: SegmentWindow | undefined;
	#segmenter: Segmenter | undefined;
	#leave: (() => void) | undefined;
	#asked: number;
	/** Why it gives nothing any more: what those are told who still ask. */
	#stopped: unknown;

	constructor(options: HlsProfileOptions) {
		this.#options = options;
		this.#asked = options.clock.monotonic();
		this.#watchdog = setInterval(() => this.#look(), watchdogMs).unref();
		options.open().then(
			(live) => this.#start(live),
			(error: unknown) => this.#stop(error),
		);
	}

	/**
	 * The playlist once it has that part of that segment; once it has enough to begin with, without a number.
	 * Undefined for a number that is too far ahead. Rejects with `SourceUnavailable` when it does not come.
	 */
	async playlist(
		number: number | undefined,
		part: number | undefined,
	): Promise<string | undefined> {
		this.#asked = this.#options.clock.monotonic();
		await this.#until(
			() => (this.#window?.segments ?? 0) >= firstSegments,
			firstMs,
		);
		const window = this.#window;
		const last = window?.lastNumber;
		if (!window || last === undefined) throw this.#gone();
		if (number !== undefined) {
			if (number > last + 2) return undefined;
			await this.#until(
				() => window.has(number, part),
				window.targetDuration * waitSegments * 1000,
			);
		}
		return window.playlist;
	}

	/** A segment, part or init segment; that which is just being made, when it is. Undefined when there is none such. */
	async file(name: string): Promise<Buffer | undefined> {
		this.#asked = this.#options.clock.monotonic();
		const window = this.#window;
		if (!window) return undefined;
		if (name === window.nextPart)
			await this.#until(
				() => window.nextPart !== name,
				window.targetDuration * waitSegments * 1000,
			);
		return window.file(name);
	}

	#start(live: LiveMp4): void {
		if (this.#stopped !== undefined) return;
		const { run, firstNumber } = this.#options;
		const { frameRate } = live;
		const partTarget = Math.max(partSeconds, framesAPart / frameRate);
		const window = new SegmentWindow(
			run,
			partTarget,
			firstNumber % mostDiscontinuities,
		);
		this.#window = window;
		this.#segmenter = new Segmenter({
			run,
			firstNumber,
			partTarget,
			init: (name, data) => window.addInit(name, data),
			changed: (open, finished) => {
				window.change(open, finished);
				this.#tell();
			},
			requestKeyFrame: () => live.requestKeyFrame(),
			end: (reason) => this.#stop(new SourceUnavailable(reason)),
		});
		this.#leave = live.join(this.#segmenter);
	}

	/** The service ends. */
	close(): void {
		this.#stop(new SourceUnavailable("the service ends"));
	}

	#look(): void {
		const idle = this.#options.clock.monotonic() - this.#asked;
		if (idle > idleMs && this.#waiting.size === 0)
			this.#stop(new SourceUnavailable("nobody watched"));
	}

	#stop(reason: unknown): void {
		if (this.#stopped !== undefined) return;
		this.#stopped = reason;
		clearInterval(this.#watchdog);
		this.#leave?.();
		this.#window = undefined;
		for (const waiting of [...this.#waiting]) waiting.settle(false);
		const { onStop, firstNumber } = this.#options;
		onStop(this.#segmenter?.nextNumber ?? firstNumber);
	}

	#tell(): void {
		for (const waiting of [...this.#waiting])
			if (waiting.there()) waiting.settle(true);
	}

	async #until(there: () => boolean, limitMs: number): Promise<void> {
		if (this.#stopped !== undefined) throw this.#gone();
		if (there()) return;
		const came = await new Promise<boolean>((resolve) => {
			const waiting: Waiting = {
				there,
				settle: (answer) => {
					clearTimeout(timer);
					this.#waiting.delete(waiting);
					resolve(answer);
				},
			};
			const timer = setTimeout(() => waiting.settle(false), limitMs).unref();
			this.#waiting.add(waiting);
		});
		if (!came) throw this.#gone();
	}

	#gone(): unknown {
		return this.#stopped ?? new SourceUnavailable("no picture came in time");
	}
}
