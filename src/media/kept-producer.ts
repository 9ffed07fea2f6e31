import type { Log } from "../system/log.ts";
import type { EngineProducer } from "./engine-streams.ts";
import type { EncoderSink } from "./gstreamer/encoder.ts";
import { type End, Upkeep, type UpkeepOptions } from "./upkeep.ts";

export interface KeptProducerOptions
	extends Omit<UpkeepOptions, "live" | "onTrouble"> {
	/** Of its stream: what logs call it. */
	readonly token: string;
	readonly sink: EncoderSink;
	readonly log: Log;
	/** One life, see `UpkeepOptions`; `well` is to be called when it gives something. */
	readonly live: (signal: AbortSignal, well: () => void) => Promise<End>;
	/** What the log says of an end behind which it is begun anew, of the last one, and of what comes again after trouble. */
	readonly words: {
		readonly again: string;
		readonly never: string;
		readonly back?: string;
	};
}

/** Makes a stream by what is kept up while somebody watches, and cannot be asked for a key frame. */
export class KeptProducer implements EngineProducer {
	readonly #options: KeptProducerOptions;
	readonly #upkeep: Upkeep;

	constructor(options: KeptProducerOptions) {
		const { live, sink } = options;
		this.#options = options;
		const well = () => this.#well();
		this.#upkeep = new Upkeep({
			...options,
			live(signal) {
				sink.restarted();
				return live(signal, well);
			},
			onTrouble: (end, reason, news) => this.#tell(end, reason, news),
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

	stopped(): Promise<void> {
		return this.#upkeep.ended();
	}

	requestKeyFrame(): void {}

	#well(): void {
		const { log, token: stream, words } = this.#options;
		if (this.#upkeep.well() && words.back) log.info(words.back, { stream });
	}

	#tell({ next }: End, reason: string, news: boolean): void {
		const { log, sink, token: stream, words } = this.#options;
		const word = next === "never" ? words.never : words.again;
		if (news) log.warn(word, { stream, reason });
		sink.unavailable(reason);
	}
}
