import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { Program } from "../../system/supervise.ts";
import { Retry } from "../retry.ts";
import { withoutCaptureTime } from "../rtp/capture-time.ts";
import { Deframer } from "../rtp/deframer.ts";
import { needsExtension, withFrameSize } from "../rtp/jpeg-extension.ts";
import { Runs } from "../runs.ts";
import type { Producer } from "../stream.ts";
import type { StreamPlan } from "../types.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import type { EncoderChoice } from "./encoder-choice.ts";
import {
	type Feed,
	type FeedInput,
	rateOf,
	unreadable,
	wantedOf,
} from "./feed.ts";
import { startGstLaunch } from "./gst-launch.ts";
import type { H264Encoder } from "./h264-encoders.ts";
import { keyFrameRequest } from "./key-frame-request.ts";
import { encoderLine } from "./launch.ts";
import { passLine } from "./launch-compressed.ts";
import { encoderSsrc } from "./launch-parts.ts";
import type { StreamPaths } from "./stream-paths.ts";

/** A first output may take this long: alone GStreamer's first look at its plug-ins takes a slow board many seconds. */
const startMs = 12_000;
/** A running encoder that says nothing for this long hangs. */
const stallMs = 4000;
/** An encoder that ends by itself so often in a row, each time soon, does not work. */
const failuresToPassOver = 2;
const soonMs = 5000;

/** Where an encoder's packets go. */
export interface EncoderSink {
	/** A new run begins: the next packet is its first. */
	restarted(): void;
	/** `takenAt` is the wall-clock time of what is in it, in ms, where that is known. */
	packet(packet: Buffer, takenAt?: number): void;
	unavailable(reason: string): void;
}

export interface EncoderOptions {
	readonly plan: StreamPlan;
	readonly feed: Feed;
	readonly choice: EncoderChoice;
	/** Told how the stream comes about. */
	readonly paths: StreamPaths;
	readonly sink: EncoderSink;
	readonly clock: Clock;
	readonly log: Log;
}

interface Failure extends Diagnosis {
	/** It ran and gave nothing. */
	readonly silent: boolean;
	/** Whose it may be. */
	readonly encoder?: H264Encoder | undefined;
}

/** The process that encodes one stream while somebody watches it. */
export class Encoder implements Producer {
	readonly #options: EncoderOptions;
	readonly #runs: Runs;
	#program: Program | undefined;
	#failed: string | undefined;
	/** The present process gave a packet. */
	#gave = false;

	constructor(options: EncoderOptions) {
		this.#options = options;
		const { capture } = options.feed;
		this.#runs = new Runs((signal) => {
			this.#failed = undefined;
			return capture.use(() => this.#loop(signal));
		});
	}

	get unavailable(): string | undefined {
		const { feed, plan } = this.#options;
		return this.#failed ?? feed.unavailable(wantedOf(plan));
	}

	start(): void {
		this.#runs.start();
	}

	stop(): void {
		this.#runs.stop();
		void this.#program?.stop();
		this.#program = undefined;
	}

	/** Resolves when every process that this encoder started is gone. */
	stopped(): Promise<void> {
		return this.#runs.ended();
	}

	requestKeyFrame(): void {
		const { stdin } = this.#program ?? {};
		if (stdin) stdin.write(keyFrameRequest(encoderSsrc));
		else this.#options.feed.requestKeyFrame();
	}

	async #loop(signal: AbortSignal): Promise<void> {
		const { feed, plan, clock, log } = this.#options;
		const retry = new Retry();
		let failures = 0;
		while (!signal.aborted) {
			const input = await feed
				.input(wantedOf(plan), signal)
				.catch(() => undefined);
			if (input === undefined) return;
			const started = clock.monotonic();
			const failure = await this.#life(input, signal).finally(() =>
				input.done(),
			);
			if (signal.aborted || !failure) return;
			if (!isCaptures(failure))
				log.warn("an encoder ended and is started anew", {
					stream: plan.token,
					reason: failure.reason,
				});
			const soon = clock.monotonic() - started < soonMs;
			failures = soon && !isCaptures(failure) ? failures + 1 : 0;
			if (failure.permanent || failures >= failuresToPassOver) {
				failures = 0;
				if (await this.#another(failure)) continue;
			}
			if (this.#gave && isCaptures(failure)) retry.reset();
			if (failure.permanent) return this.#fail(failure.reason);
			await retry.pause(clock.monotonic() - started, signal);
		}
	}

	/** With an encoder, or without where the camera's own pictures are what is wanted. */
	async #life(
		input: FeedInput,
		signal: AbortSignal,
	): Promise<Failure | undefined> {
		const { feed, plan, paths, sink } = this.#options;
		const { capture } = feed;
		sink.restarted();
		const { compressed, socketPath } = input;
		if (compressed) {
			await feed.adjust();
			if (signal.aborted) return undefined;
			paths.say(capture.plan, plan, compressed, undefined);
			const line = passLine(compressed, rateOf(plan.encoder), socketPath);
			const failure = await this.#once(line, input, signal);
			if (!failure || isCaptures(failure)) return failure;
			const reason = feed.named(
				compressed,
				failure.silent ? unreadable : failure.reason,
			);
			sink.unavailable(reason);
			return { ...failure, reason };
		}
		const encoder = await this.#chosen();
		if (signal.aborted) return undefined;
		if (encoder instanceof Error)
			return { reason: encoder.message, permanent: true, silent: false };
		paths.say(capture.plan, plan, capture.mode, encoder);
		const line = encoderLine(
			capture.plan,
			plan.encoder,
			socketPath,
			encoder,
			plan.osds,
		);
		const failure = await this.#once(line, input, signal);
		return failure && { ...failure, encoder };
	}

	/** Undefined for JPEG, an error for people when there is none. */
	#chosen(): Promise<H264Encoder | undefined | Error> {
		const { choice, plan } = this.#options;
		if (plan.encoder.encoding !== "H264") return Promise.resolve(undefined);
		return choice
			.choose(plan)
			.catch((error: unknown) =>
				error instanceof Error ? error : new Error(String(error)),
			);
	}

	/** Whether another encoder is to be tried after this failure. */
	async #another({ encoder, reason }: Failure): Promise<boolean> {
		const { choice, plan } = this.#options;
		return (
			encoder !== undefined && (await choice.failed(plan, encoder, reason))
		);
	}

	/** One life of the process; tells why it ended unasked. */
	async #once(
		args: readonly string[],
		input: FeedInput,
		signal: AbortSignal,
	): Promise<Failure | undefined> {
		const { plan, sink, clock } = this.#options;
		const program = startGstLaunch({
			name: `encoder ${plan.token}`,
			args,
			// Requests for key frames; the camera's own encoder is asked by its device.
			writable: !input.compressed,
		});
		this.#program = program;
		let gave = false;
		let watchdog = this.#watch(program, input, startMs);
		program.stdout.once("data", () => {
			gave = true;
			clearTimeout(watchdog);
			watchdog = this.#watch(program, input, stallMs);
		});
		const { encoder } = plan;
		const large = encoder.encoding === "JPEG" && needsExtension(encoder);
		const deframer = new Deframer((framed) => {
			if (signal.aborted) return;
			const { packet, takenAt } = withoutCaptureTime(framed, clock.now());
			sink.packet(large ? withFrameSize(packet, encoder) : packet, takenAt);
		});
		this.#gave = false;
		program.stdout.on("data", (chunk: Buffer) => {
			this.#gave = true;
			watchdog.refresh();
			input.delivered();
			deframer.push(chunk);
		});
		const exit = await program.exited;
		clearTimeout(watchdog);
		if (exit.asked || signal.aborted) return undefined;
		const diagnosis = diagnose(exit);
		return { ...diagnosis, silent: !gave && exit.signal === "SIGKILL" };
	}

	#watch(program: Program, input: FeedInput, ms: number): NodeJS.Timeout {
		const { log, plan } = this.#options;
		return setTimeout(() => {
			log.warn("an encoder gives nothing and is started anew", {
				stream: plan.token,
			});
			input.suspect();
			program.kill();
		}, ms);
	}

	#fail(reason: string): void {
		this.#failed = reason;
		this.#options.log.error("an encoder cannot run", {
			stream: this.#options.plan.token,
			reason,
		});
		this.#options.sink.unavailable(reason);
	}
}

/** When the capture ends its encoders end too; that one says why. */
function isCaptures({ reason }: Diagnosis): boolean {
	return reason.includes("GstShmSrc");
}
