import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { Diagnosis } from "../gstreamer/diagnose.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import type { Producer } from "../stream.ts";
import { type End, Upkeep } from "../upkeep.ts";

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
	readonly #upkeep: Upkeep;

	constructor(options: SoundChildOptions) {
		const { after, clock } = options;
		this.#options = options;
		this.#upkeep = new Upkeep({
			live: (signal) => this.#live(signal),
			onTrouble: (end, reason, news) => this.#tell(end, reason, news),
			// The last one may still hold the microphone.
			after,
			clock,
		});
	}

	get unavailable(): string | undefined {
		return this.#upkeep.trouble;
	}

	start(): void {
		this.#upkeep.start();
	}

	stop(): void {
		this.#upkeep.stop();
	}

	/** Resolves when every process that was started is gone. */
	stopped(): Promise<void> {
		return this.#upkeep.ended();
	}

	/** Each packet of sound is one. */
	requestKeyFrame(): void {}

	async #live(signal: AbortSignal): Promise<End> {
		const { sink, once } = this.#options;
		sink.restarted();
		const failure = await once(signal, () => this.#heard());
		if (!failure) return { next: "never" };
		const { reason, permanent } = failure;
		return permanent ? { reason, next: "never" } : { reason };
	}

	#heard(): void {
		const { log, token: stream } = this.#options;
		if (this.#upkeep.well()) log.info("there is sound again", { stream });
	}

	#tell({ next }: End, reason: string, news: boolean): void {
		const { log, sink, token: stream } = this.#options;
		if (news)
			log.warn(
				next === "never"
					? "there will be no sound"
					: "no sound; the picture goes on",
				{ stream, reason },
			);
		sink.unavailable(reason);
	}
}
