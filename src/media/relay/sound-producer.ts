import type { EncoderSink } from "../gstreamer/encoder.ts";
import type { Producer } from "../stream.ts";
import type { StreamDescription } from "../types.ts";
import type { RelayedAudioFormat } from "./audio-format.ts";
import { aborted } from "./producer.ts";
import type { Relay } from "./relay.ts";
import type { RelayedSound } from "./relay-session.ts";

export interface RelayedSoundSink extends EncoderSink {
	/** The format knows now what SDP says. */
	described(): void;
}

export interface SoundProducerOptions {
	readonly relay: Relay;
	readonly format: RelayedAudioFormat;
	readonly sink: RelayedSoundSink;
	/** The camera sends another kind of sound than it did, which those who listen cannot follow. */
	readonly onOther: () => void;
}

/** Passes on the sound that another camera sends, untouched, whatever it is. */
export class SoundProducer implements Producer {
	readonly #options: SoundProducerOptions;
	#run: AbortController | undefined;
	#runs: Promise<void> = Promise.resolve();
	#trouble: string | undefined;

	constructor(options: SoundProducerOptions) {
		this.#options = options;
	}

	get unavailable(): string | undefined {
		return this.#options.relay.unavailable ?? this.#trouble;
	}

	start(): void {
		if (this.#run) return;
		const { relay } = this.#options;
		const run = new AbortController();
		this.#run = run;
		this.#trouble = undefined;
		const ended = relay.use(() => this.#loop(run.signal));
		this.#runs = Promise.all([this.#runs, ended]).then(() => undefined);
	}

	stop(): void {
		this.#run?.abort();
		this.#run = undefined;
	}

	stopped(): Promise<void> {
		return this.#runs;
	}

	/** Each packet of sound is one. */
	requestKeyFrame(): void {}

	async #loop(signal: AbortSignal): Promise<void> {
		const { relay, sink } = this.#options;
		while (!signal.aborted) {
			const session = await relay.session(signal).catch(() => undefined);
			if (!session || signal.aborted) return;
			const over = AbortSignal.any([signal, session.ended]);
			if (session.sound) await this.#pass(session.sound, over);
			else {
				this.#trouble = "the camera sends no sound";
				sink.unavailable(this.#trouble);
				await aborted(over);
			}
		}
	}

	async #pass(sound: RelayedSound, over: AbortSignal): Promise<void> {
		const { format, sink, onOther } = this.#options;
		if (isOther(format.description, sound.description)) return onOther();
		this.#trouble = undefined;
		format.description = sound.description;
		sink.restarted();
		sink.described();
		const leave = sound.subscribe((packet, takenAt) =>
			sink.packet(packet, takenAt),
		);
		await aborted(over);
		leave();
	}
}

function isOther(
	before: StreamDescription | undefined,
	now: StreamDescription,
): boolean {
	return before !== undefined && JSON.stringify(before) !== JSON.stringify(now);
}
