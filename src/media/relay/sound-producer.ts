import { aborted } from "../../system/timer.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { Runs } from "../runs.ts";
import type { Producer } from "../stream.ts";
import type { StreamDescription } from "../types.ts";
import type { RelayedAudioFormat } from "./audio-format.ts";
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
	readonly #runs: Runs;
	#trouble: string | undefined;

	constructor(options: SoundProducerOptions) {
		this.#options = options;
		const { relay } = options;
		this.#runs = new Runs((signal) => {
			this.#trouble = undefined;
			return relay.use(() => this.#loop(signal));
		});
	}

	get unavailable(): string | undefined {
		return this.#options.relay.unavailable ?? this.#trouble;
	}

	start(): void {
		this.#runs.start();
	}

	stop(): void {
		this.#runs.stop();
	}

	stopped(): Promise<void> {
		return this.#runs.ended();
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
