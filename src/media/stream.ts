import { randomInt } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import type { StreamFormat } from "./formats/format.ts";
import { FrameAssembler } from "./frame-assembler.ts";
import { GopCache } from "./gop-cache.ts";
import { RtpClock } from "./rtp-clock.ts";
import {
	type Attachment,
	type Frame,
	type Output,
	SourceUnavailable,
	type StartPoint,
	type Stream,
	type StreamDescription,
	type TrackMedia,
} from "./types.ts";

/** What makes a stream's packets, be it a process or a part of this one: told when somebody watches and when nobody does any more. */
export interface Producer {
	start(): void;
	stop(): void;
	requestKeyFrame(): void;
	/** Why it gives nothing now, where it knows. */
	readonly unavailable: string | undefined;
}

/** How long the encoder runs on after the last viewer, so that the next one need not wait for it. */
const graceMs = 2000;
/** A DESCRIBE starts the encoder; SETUP and PLAY follow within this time, or it stops again. */
const describedMs = 5000;
/** Slow boards take seconds from nothing to a first key frame; recorders wait ten. */
const describeLimitMs = 9000;
const keyFrameIntervalMs = 500;
/** Why a DESCRIBE failed of which nothing else is wrong: an encoder that runs may yet give one. */
export const noKeyFrame = "no key frame came in time";

interface Waiting {
	resolve(description: StreamDescription): void;
	reject(error: Error): void;
}

export interface HubStreamOptions {
	/** The encoder configuration's. */
	readonly token: string;
	readonly format: StreamFormat;
	readonly producer: Producer;
	readonly clock: Clock;
}

/** The hub's stream: one encoder's frames in, any number of outputs out. */
export class HubStream implements Stream {
	readonly token: string;
	readonly ssrc = randomInt(1, 2 ** 32);
	readonly #clock: Clock;
	readonly #rtpClock: RtpClock;
	readonly #assembler = new FrameAssembler(this.ssrc, randomInt(2 ** 16));
	readonly #outputs = new Set<Output>();
	readonly #waiting = new Set<Waiting>();
	#format: StreamFormat;
	#gop: GopCache;
	#producer: Producer;
	/** A key frame of the present encoder has come. */
	#live = false;
	#running = false;
	#frames = 0;
	/** Why the present run has given nothing yet. */
	#reason: string | undefined;
	#heldUntil = 0;
	#rest: NodeJS.Timeout | undefined;
	#lastRequest = Number.NEGATIVE_INFINITY;
	/** Why it gives no more frames, once it does not. */
	#ended: string | undefined;

	constructor({ token, format, producer, clock }: HubStreamOptions) {
		this.token = token;
		this.#format = format;
		this.#gop = new GopCache(format.cacheOctets);
		this.#producer = producer;
		this.#clock = clock;
		this.#rtpClock = new RtpClock(clock, () => this.#format.clockRate);
	}

	get media(): TrackMedia {
		return this.#format.media;
	}

	get next(): StartPoint {
		const next = this.#live ? this.#assembler.next : undefined;
		return (
			next ?? {
				sequenceNumber: this.#assembler.sequenceNumber,
				rtpTimestamp: this.rtpTimestampAt(this.#clock.now()),
			}
		);
	}

	get viewers(): number {
		return this.#outputs.size;
	}

	get frames(): number {
		return this.#frames;
	}

	get trouble(): string | undefined {
		if (this.#live) return undefined;
		return this.#producer.unavailable ?? this.#reason;
	}

	/** The latest frame of a running encoder. */
	get latest(): Frame | undefined {
		return this.#live ? this.#gop.latest : undefined;
	}

	attach(output: Output): Attachment {
		const ended = this.#ended;
		if (ended !== undefined) {
			// Whoever found it before it ended learns it when it has what it asked for.
			queueMicrotask(() => output.end(ended));
			return { backlog: [], detach() {} };
		}
		this.#outputs.add(output);
		this.#wake();
		return {
			backlog: this.#gop.frames(),
			detach: () => {
				if (this.#outputs.delete(output)) this.#restLater(graceMs);
			},
		};
	}

	describe(): Promise<StreamDescription> {
		if (this.#ended !== undefined)
			return Promise.reject(new SourceUnavailable(this.#ended));
		const known = this.#format.description;
		// Known while nothing runs: no frame has to tell it.
		if (known && !this.#running) return Promise.resolve(known);
		this.#wake();
		this.#restLater(describedMs);
		if (known) return Promise.resolve(known);
		const { unavailable } = this.#producer;
		if (unavailable !== undefined)
			return Promise.reject(new SourceUnavailable(unavailable));
		return this.#firstKeyFrame().finally(() => this.#restLater(describedMs));
	}

	#firstKeyFrame(): Promise<StreamDescription> {
		return new Promise((resolve, reject) => {
			const end = () => {
				clearTimeout(timer);
				this.#waiting.delete(waiting);
			};
			const waiting: Waiting = {
				resolve(description) {
					end();
					resolve(description);
				},
				reject(error) {
					end();
					reject(error);
				},
			};
			const timer = setTimeout(
				() => waiting.reject(new SourceUnavailable(noKeyFrame)),
				describeLimitMs,
			);
			this.#waiting.add(waiting);
		});
	}

	requestKeyFrame(): void {
		const now = this.#clock.monotonic();
		if (!this.#running || now - this.#lastRequest < keyFrameIntervalMs) return;
		this.#lastRequest = now;
		this.#producer.requestKeyFrame();
	}

	rtpTimestampAt(now: number): number {
		return this.#rtpClock.rtpTimestampAt(now);
	}

	/** Another encoder takes over, with other settings: what was known of the old one's frames no longer holds. */
	replace(format: StreamFormat, producer: Producer): void {
		this.#producer.stop();
		this.#format = format;
		this.#gop = new GopCache(format.cacheOctets);
		this.#producer = producer;
		this.restarted();
		if (this.#running) producer.start();
	}

	/** The next packet comes from another run of the encoder. */
	restarted(): void {
		this.#assembler.restart();
		this.#rtpClock.restart();
		this.#live = false;
		this.#format.restart();
		this.#gop.clear();
	}

	/** The encoder cannot run for want of a picture; those who wait for one are told, and what was is not shown as what is. */
	unavailable(reason: string): void {
		this.restarted();
		this.#reason = reason;
		for (const waiting of [...this.#waiting])
			waiting.reject(new SourceUnavailable(reason));
	}

	/** One RTP packet of the encoder; `takenAt` is the wall-clock time of what is in it, in ms, where that is known. */
	packet(packet: Buffer, takenAt?: number): void {
		const frame = this.#assembler.add(packet, this.#format, () =>
			this.#rtpClock.at(takenAt),
		);
		if (!frame) return;
		this.#frames++;
		this.#gop.add(frame);
		for (const output of this.#outputs) output.frame(frame);
		this.#rtpClock.observe(this.#assembler.behind);
		if (!this.#live && frame.key) this.#begin();
	}

	/** The configuration is gone: no more frames, for anybody. */
	end(reason: string): void {
		this.#ended = reason;
		clearTimeout(this.#rest);
		this.#running = false;
		this.#producer.stop();
		this.unavailable(reason);
		for (const output of [...this.#outputs]) output.end(reason);
		this.#outputs.clear();
		this.restarted();
	}

	#begin(): void {
		this.#live = true;
		this.#reason = undefined;
		this.described();
	}

	/** Its format may know by now what SDP says: whoever waits for that is told. */
	described(): void {
		const { description } = this.#format;
		if (description)
			for (const waiting of [...this.#waiting]) waiting.resolve(description);
	}

	#wake(): void {
		if (this.#running) return;
		this.#running = true;
		this.#producer.start();
	}

	#restLater(ms: number): void {
		this.#heldUntil = Math.max(this.#heldUntil, this.#clock.monotonic() + ms);
		clearTimeout(this.#rest);
		const left = this.#heldUntil - this.#clock.monotonic();
		this.#rest = setTimeout(() => this.#restNow(), left).unref();
	}

	#restNow(): void {
		if (this.#outputs.size > 0 || this.#waiting.size > 0 || !this.#running)
			return;
		this.#running = false;
		this.#reason = undefined;
		this.#producer.stop();
		this.restarted();
	}
}
