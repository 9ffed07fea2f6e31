import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { Program } from "../../system/supervise.ts";
import type { Diagnosis } from "../gstreamer/diagnose.ts";
import { missingElement } from "../gstreamer/diagnose.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { startGstLaunch } from "../gstreamer/gst-launch.ts";
import { Retry } from "../gstreamer/retry.ts";
import { withoutCaptureTime } from "../rtp/capture-time.ts";
import { Deframer } from "../rtp/deframer.ts";
import type { Producer } from "../stream.ts";
import type { AudioStreamPlan } from "../types.ts";
import { diagnoseAudio } from "./diagnose.ts";
import { aacEncoders, type audioLine, type LocalInput } from "./launch.ts";

/** Alone GStreamer's first look at its plug-ins takes a slow board many seconds. */
const startMs = 12_000;
const stallMs = 4000;

export interface AudioEncoderOptions {
	readonly input: LocalInput;
	readonly plan: AudioStreamPlan;
	readonly sink: EncoderSink;
	readonly line: typeof audioLine;
	/** GStreamer's elements on this machine. */
	readonly known: () => Promise<ReadonlySet<string>>;
	/** Until then the one before this may hold the microphone. */
	readonly after: Promise<unknown>;
	readonly clock: Clock;
	readonly log: Log;
}

/** The process that takes and encodes sound while somebody listens. Without a microphone it tries again and again. */
export class AudioEncoder implements Producer {
	readonly #options: AudioEncoderOptions;
	#run: AbortController | undefined;
	#program: Program | undefined;
	#runs: Promise<void>;
	#trouble: string | undefined;

	constructor(options: AudioEncoderOptions) {
		this.#options = options;
		this.#runs = options.after.then(() => undefined);
	}

	get unavailable(): string | undefined {
		return this.#trouble;
	}

	start(): void {
		if (this.#run) return;
		const run = new AbortController();
		this.#run = run;
		// One after the other: the last one may still hold the microphone.
		this.#runs = this.#runs.then(() => this.#loop(run.signal));
	}

	stop(): void {
		this.#run?.abort();
		this.#run = undefined;
		void this.#program?.stop();
		this.#program = undefined;
	}

	/** Resolves when every process that was started is gone. */
	stopped(): Promise<void> {
		return this.#runs;
	}

	/** Each packet of sound is one. */
	requestKeyFrame(): void {}

	async #loop(signal: AbortSignal): Promise<void> {
		const { plan, clock, sink } = this.#options;
		const retry = new Retry();
		while (!signal.aborted) {
			const started = clock.monotonic();
			sink.restarted();
			const line = await this.#line();
			if (signal.aborted) return;
			const failure =
				line instanceof Error
					? { reason: line.message, permanent: true }
					: await this.#once(line, signal);
			if (signal.aborted || !failure) return;
			this.#tell(plan.token, failure);
			if (failure.permanent) return;
			await retry.pause(clock.monotonic() - started, signal);
		}
	}

	/** An error for people where there is no encoder. */
	async #line(): Promise<string[] | Error> {
		const { input, plan, line, known } = this.#options;
		if (plan.encoder.encoding !== "AAC") return line(input, plan.encoder);
		const there = await known();
		const encoder = aacEncoders.find((name) => there.has(name));
		return encoder
			? line(input, plan.encoder, encoder)
			: new Error(missingElement(aacEncoders[0]));
	}

	/** One life of the process; tells why it ended unasked. */
	async #once(
		args: readonly string[],
		signal: AbortSignal,
	): Promise<Diagnosis | undefined> {
		const { input, plan, sink, clock } = this.#options;
		const program = startGstLaunch({
			name: `audio ${plan.token}`,
			args,
		});
		this.#program = program;
		let silent = false;
		const watch = (ms: number) =>
			setTimeout(() => {
				silent = true;
				program.kill();
			}, ms);
		let watchdog = watch(startMs);
		program.stdout.once("data", () => {
			clearTimeout(watchdog);
			watchdog = watch(stallMs);
			this.#heard();
		});
		const deframer = new Deframer((framed) => {
			if (signal.aborted) return;
			const { packet, takenAt } = withoutCaptureTime(framed, clock.now());
			sink.packet(packet, takenAt);
		});
		program.stdout.on("data", (chunk: Buffer) => {
			watchdog.refresh();
			deframer.push(chunk);
		});
		const exit = await program.exited;
		clearTimeout(watchdog);
		if (exit.asked || signal.aborted) return undefined;
		return silent
			? { reason: "the microphone gives no sound", permanent: false }
			: diagnoseAudio(exit, input);
	}

	#heard(): void {
		if (this.#trouble !== undefined)
			this.#options.log.info("there is sound again");
		this.#trouble = undefined;
	}

	#tell(stream: string, { reason, permanent }: Diagnosis): void {
		const { log, sink } = this.#options;
		if (reason !== this.#trouble)
			log.warn(
				permanent ? "there will be no sound" : "no sound; the picture goes on",
				{ stream, reason },
			);
		this.#trouble = reason;
		sink.unavailable(reason);
	}
}
