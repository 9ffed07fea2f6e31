import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { Diagnosis } from "../gstreamer/diagnose.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { Retry } from "../retry.ts";
import type { Producer } from "../stream.ts";

export interface SoundChildOptions {
	/** Of its stream: what logs call it. */
	readonly token: string;
	readonly sink: EncoderSink;
	/**
	 * One life of the process, ended when `signal` aborts; `heard` is to be called when it gives sound. Resolves with why
	 * it ended unasked. Must not reject.
	 */
	readonly once: (
		signal: AbortSignal,
		heard: () => void,
	) => Promise<Diagnosis | undefined>;
	/** Until then the one before this may hold what it needs. */
	readonly after: Promise<unknown>;
	readonly clock: Clock;
	readonly log: Log;
}

/** A process that makes sound's packets while somebody listens: begun again and again where it ends unasked. */
export class SoundChild implements Producer {
	readonly #options: SoundChildOptions;
	#run: AbortController | undefined;
	#runs: Promise<void>;
	#trouble: string | undefined;

	constructor(options: SoundChildOptions) {
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
	}

	/** Resolves when every process that was started is gone. */
	stopped(): Promise<void> {
		return this.#runs;
	}

	/** Each packet of sound is one. */
	requestKeyFrame(): void {}

	async #loop(signal: AbortSignal): Promise<void> {
		const { clock, sink, once } = this.#options;
		const retry = new Retry();
		while (!signal.aborted) {
			const started = clock.monotonic();
			sink.restarted();
			const failure = await once(signal, () => this.#heard());
			if (signal.aborted || !failure) return;
			this.#tell(failure);
			if (failure.permanent) return;
			await retry.pause(clock.monotonic() - started, signal);
		}
	}

	#heard(): void {
		const { log, token: stream } = this.#options;
		if (this.#trouble !== undefined)
			log.info("there is sound again", { stream });
		this.#trouble = undefined;
	}

	#tell({ reason, permanent }: Diagnosis): void {
		const { log, sink, token: stream } = this.#options;
		if (reason !== this.#trouble)
			log.warn(
				permanent ? "there will be no sound" : "no sound; the picture goes on",
				{ stream, reason },
			);
		this.#trouble = reason;
		sink.unavailable(reason);
	}
}
