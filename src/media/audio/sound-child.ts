import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { EngineProducer } from "../engine-streams.ts";
import type { Diagnosis } from "../gstreamer/diagnose.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { KeptProducer } from "../kept-producer.ts";

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

const words = {
	again: "no sound; the picture goes on",
	never: "there will be no sound",
	back: "there is sound again",
};

/** A process that makes sound's packets while somebody listens: begun again and again where it ends unasked. */
export function soundChild({
	once,
	...options
}: SoundChildOptions): EngineProducer {
	return new KeptProducer({
		...options,
		words,
		async live(signal, heard) {
			const failure = await once(signal, heard);
			if (!failure) return { next: "never" };
			const { reason, permanent } = failure;
			return permanent ? { reason, next: "never" } : { reason };
		},
	});
}
