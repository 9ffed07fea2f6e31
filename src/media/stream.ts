import { randomInt } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { FrameAssembler } from "./frame-assembler.ts";
import { GopCache } from "./gop-cache.ts";
import { h264Fmtp, type ParameterSets } from "./rtp/h264.ts";
import {
	type Attachment,
	type Frame,
	type Output,
	SourceUnavailable,
	type Stream,
	type StreamDescription,
	type StreamPlan,
} from "./types.ts";

/** What makes a stream's packets: told when somebody watches and when nobody does any more. */
export interface Producer {
	start(): void;
	stop(): void;
	requestKeyFrame(): void;
	/** Why it gives no picture now, where it knows. */
	readonly unavailable: string | undefined;
}

const clockRate = 90_000;
const ticksPerMs = clockRate / 1000;
/** How long the encoder runs on after the last viewer, so that the next one need not wait for it. */
const graceMs = 2000;
/** A DESCRIBE starts the encoder; SETUP and PLAY follow within this time, or it stops again. */
const describedMs = 5000;
/** Slow boards take seconds from nothing to a first key frame; recorders wait ten. */
const describeLimitMs = 9000;
const keyFrameIntervalMs = 500;
/** A group of pictures of 2 Mbit/s and eight seconds. */
const gopOctets = 2 * 1024 * 1024;

interface Waiting {
	resolve(description: StreamDescription): void;
	reject(error: Error): void;
}

/** The hub's stream: one encoder's frames in, any number of outputs out. */
export class HubStream implements Stream {
	readonly token: string;
	readonly ssrc = randomInt(1, 2 ** 32);
	readonly #clock: Clock;
	readonly #base = randomInt(2 ** 32);
	readonly #assembler = new FrameAssembler(this.ssrc, randomInt(2 ** 16));
	readonly #gop = new GopCache(gopOctets);
	readonly #outputs = new Set<Output>();
	readonly #waiting = new Set<Waiting>();
	#plan: StreamPlan;
	#producer: Producer;
	#sets: ParameterSets | undefined;
	/** A key frame of the present encoder has come. */
	#live = false;
	/** Ticks from a frame's timestamp to its arrival, at the least that was seen. */
	#delay = 0;
	#running = false;
	#heldUntil = 0;
	#rest: NodeJS.Timeout | undefined;
	#lastRequest = Number.NEGATIVE_INFINITY;

	constructor(plan: StreamPlan, producer: Producer, clock: Clock) {
		this.token = plan.token;
		this.#plan = plan;
		this.#producer = producer;
		this.#clock = clock;
	}

	get viewers(): number {
		return this.#outputs.size;
	}

	/** The latest frame of a running encoder. */
	get latest(): Frame | undefined {
		return this.#live ? this.#gop.latest : undefined;
	}

	get encoding(): StreamPlan["encoder"]["encoding"] {
		return this.#plan.encoder.encoding;
	}

	attach(output: Output): Attachment {
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
		this.#wake();
		this.#restLater(describedMs);
		const known = this.#description();
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
				() =>
					waiting.reject(new SourceUnavailable("no key frame came in time")),
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
		const ago = this.#clock.now() - now;
		return (
			(this.#streamTime() - Math.round(ago * ticksPerMs) - this.#delay) >>> 0
		);
	}

	/** Another encoder takes over, with the plan's settings: what was known of the old one's frames no longer holds. */
	replace(plan: StreamPlan, producer: Producer): void {
		this.#producer.stop();
		this.#plan = plan;
		this.#producer = producer;
		this.restarted();
		if (this.#running) producer.start();
	}

	/** The next packet comes from another run of the encoder. */
	restarted(): void {
		this.#assembler.restart();
		this.#live = false;
		this.#sets = undefined;
		this.#gop.clear();
	}

	/** The encoder cannot run for want of a picture; those who wait for one are told, and what was is not shown as what is. */
	unavailable(reason: string): void {
		this.restarted();
		for (const waiting of [...this.#waiting])
			waiting.reject(new SourceUnavailable(reason));
	}

	/** One RTP packet of the encoder. */
	packet(packet: Buffer): void {
		const assembled = this.#assembler.add(
			packet,
			this.encoding === "H264",
			this.#streamTime,
		);
		if (!assembled) return;
		const { frame, parameterSets } = assembled;
		if (parameterSets) this.#sets = parameterSets;
		this.#gop.add(frame);
		for (const output of this.#outputs) output.frame(frame);
		const delay = (this.#streamTime() - frame.rtpTimestamp) | 0;
		if (!this.#live && frame.key) this.#begin(delay);
		else this.#delay = Math.min(this.#delay, delay);
	}

	/** The configuration is gone: no more frames, for anybody. */
	end(reason: string): void {
		clearTimeout(this.#rest);
		this.#running = false;
		this.#producer.stop();
		this.unavailable(reason);
		for (const output of [...this.#outputs]) output.end(reason);
		this.#outputs.clear();
		this.restarted();
	}

	#begin(delay: number): void {
		this.#live = true;
		this.#delay = delay;
		const description = this.#description();
		if (description)
			for (const waiting of [...this.#waiting]) waiting.resolve(description);
	}

	readonly #streamTime = () =>
		(this.#base + Math.round(this.#clock.monotonic() * ticksPerMs)) >>> 0;

	#description(): StreamDescription | undefined {
		const { encoder } = this.#plan;
		if (!this.#live) return undefined;
		const common = {
			clockRate,
			width: encoder.width,
			height: encoder.height,
			frameRate: encoder.frameRate,
		};
		if (encoder.encoding === "JPEG")
			return {
				...common,
				encodingName: "JPEG",
				payloadType: 26,
				fmtp: undefined,
				bitrateKbit: undefined,
			};
		if (!this.#sets) return undefined;
		return {
			...common,
			encodingName: "H264",
			payloadType: 96,
			fmtp: h264Fmtp(this.#sets),
			// v4l2compress keeps to none.
			bitrateKbit: this.#plan.chain ? undefined : encoder.bitrateKbit,
		};
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
		this.#producer.stop();
		this.restarted();
	}
}
