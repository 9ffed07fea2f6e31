import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { type Program, startProgram } from "../../system/supervise.ts";
import { Deframer } from "../rtp/deframer.ts";
import type { Producer } from "../stream.ts";
import type { StreamPlan } from "../types.ts";
import type { Capture } from "./capture.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import type { EncoderChoice } from "./encoder-choice.ts";
import { gstreamerEnvironment } from "./environment.ts";
import type { H264Encoder } from "./h264-encoders.ts";
import { keyFrameRequest } from "./key-frame-request.ts";
import { encoderLine, encoderSsrc } from "./launch.ts";
import { Retry } from "./retry.ts";

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
	packet(packet: Buffer): void;
	unavailable(reason: string): void;
}

export interface EncoderOptions {
	readonly plan: StreamPlan;
	readonly capture: Capture;
	readonly choice: EncoderChoice;
	readonly sink: EncoderSink;
	readonly clock: Clock;
	readonly log: Log;
}

/** The process that encodes one stream while somebody watches it. */
export class Encoder implements Producer {
	readonly #options: EncoderOptions;
	#run: AbortController | undefined;
	#program: Program | undefined;
	#runs: Promise<void> = Promise.resolve();
	#failed: string | undefined;

	constructor(options: EncoderOptions) {
		this.#options = options;
	}

	get unavailable(): string | undefined {
		return this.#failed ?? this.#options.capture.unavailable;
	}

	start(): void {
		if (this.#run) return;
		this.#failed = undefined;
		const run = new AbortController();
		this.#run = run;
		this.#options.capture.acquire();
		const ended = this.#loop(run.signal).finally(() =>
			this.#options.capture.release(),
		);
		this.#runs = Promise.all([this.#runs, ended]).then(() => undefined);
	}

	stop(): void {
		this.#run?.abort();
		this.#run = undefined;
		void this.#program?.stop();
		this.#program = undefined;
	}

	/** Resolves when every process that this encoder started is gone. */
	stopped(): Promise<void> {
		return this.#runs;
	}

	requestKeyFrame(): void {
		this.#program?.stdin?.write(keyFrameRequest(encoderSsrc));
	}

	async #loop(signal: AbortSignal): Promise<void> {
		const { capture, clock, sink } = this.#options;
		const retry = new Retry();
		let failures = 0;
		while (!signal.aborted) {
			const socketPath = await capture.ready(signal).catch(() => undefined);
			if (socketPath === undefined || signal.aborted) return;
			const started = clock.monotonic();
			sink.restarted();
			const encoder = await this.#chosen();
			if (signal.aborted) return;
			if (encoder instanceof Error) return this.#fail(encoder.message);
			const failure = await this.#once(socketPath, encoder, signal);
			if (signal.aborted || !failure) return;
			const soon = clock.monotonic() - started < soonMs;
			failures = soon && !isCaptures(failure) ? failures + 1 : 0;
			if (failure.permanent || failures >= failuresToPassOver) {
				failures = 0;
				if (await this.#another(encoder, failure)) continue;
			}
			if (failure.permanent) {
				this.#fail(failure.reason);
				return;
			}
			await retry.pause(clock.monotonic() - started, signal);
		}
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
	async #another(
		encoder: H264Encoder | undefined,
		{ reason }: Diagnosis,
	): Promise<boolean> {
		const { choice, plan } = this.#options;
		return (
			encoder !== undefined && (await choice.failed(plan, encoder, reason))
		);
	}

	/** One life of the process; tells why it ended unasked. */
	async #once(
		socketPath: string,
		h264Encoder: H264Encoder | undefined,
		signal: AbortSignal,
	): Promise<Diagnosis | undefined> {
		const { plan, capture, log, sink } = this.#options;
		const program = startProgram({
			name: `encoder ${plan.token}`,
			file: "gst-launch-1.0",
			args: encoderLine(capture.plan, plan.encoder, socketPath, h264Encoder),
			env: gstreamerEnvironment,
			writable: true,
		});
		this.#program = program;
		let watchdog = this.#watch(program, startMs);
		program.stdout.once("data", () => {
			clearTimeout(watchdog);
			watchdog = this.#watch(program, stallMs);
		});
		const deframer = new Deframer((packet) => {
			if (!signal.aborted) sink.packet(packet);
		});
		program.stdout.on("data", (chunk: Buffer) => {
			watchdog.refresh();
			capture.delivered();
			deframer.push(chunk);
		});
		const exit = await program.exited;
		clearTimeout(watchdog);
		if (exit.asked || signal.aborted) return undefined;
		const diagnosis = diagnose(exit);
		if (!isCaptures(diagnosis))
			log.warn("an encoder ended and is started anew", {
				stream: plan.token,
				reason: diagnosis.reason,
			});
		return diagnosis;
	}

	#watch(program: Program, ms: number): NodeJS.Timeout {
		const { capture, log, plan } = this.#options;
		return setTimeout(() => {
			log.warn("an encoder gives nothing and is started anew", {
				stream: plan.token,
			});
			capture.suspect();
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
