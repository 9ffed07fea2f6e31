import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import {
	type EngineProducer,
	EngineStreams,
	sinkOf,
} from "../engine-streams.ts";
import { audioFormat } from "../formats/audio.ts";
import { knownElements } from "../gstreamer/elements.ts";
import type { Hub } from "../hub.ts";
import { RelayedAudioFormat } from "../relay/audio-format.ts";
import type { Relay } from "../relay/relay.ts";
import { SoundProducer } from "../relay/sound-producer.ts";
import { HubStream } from "../stream.ts";
import type { AudioPlan, AudioStreamPlan, Engine, Plan } from "../types.ts";
import { aacTranscoder, transcodedFormat } from "./aac-transcoder.ts";
import { audioEncoder } from "./encoder.ts";
import { audioLine } from "./launch.ts";
import { audioReadiness } from "./readiness.ts";

export interface AudioEngineOptions {
	readonly hub: Hub;
	/** The connection to the camera whose sound it is, if it is a camera's. */
	readonly relay: () => Relay | undefined;
	readonly clock: Clock;
	readonly log: Log;
	/** The launch line, when it is not to be made from the plan: tests bring microphones that are none. */
	readonly line?: typeof audioLine;
}

/**
 * Sound, one process for each audio encoder configuration in use while somebody listens. G.711 is had as AAC too, made
 * of its packets by another process while somebody wants that.
 */
export class AudioEngine implements Engine {
	readonly #options: AudioEngineOptions;
	readonly #streams: EngineStreams;
	/** What runs, by its token. */
	readonly #running = new Map<string, AudioStreamPlan>();
	readonly #transcoders = new Map<string, EngineProducer>();
	#plan: AudioPlan | undefined;
	#ending: Promise<unknown> = Promise.resolve();

	constructor(options: AudioEngineOptions) {
		this.#options = options;
		this.#streams = new EngineStreams(options);
	}

	/** A configuration that only changes its bit rate goes on; another encoding is another stream, since players cannot follow it. */
	apply({ audio }: Plan): void {
		this.#plan = audio;
		const wanted = new Map(audio?.streams.map((one) => [one.token, one]));
		for (const [token, plan] of [...this.#running]) {
			const other = wanted.get(token);
			if (!other) this.#remove(token, "its configuration was removed");
			else if (audio?.input.kind !== "camera") this.#change(plan, other);
		}
		for (const [token, plan] of wanted)
			if (!this.#running.has(token)) this.#add(plan);
	}

	#change(plan: AudioStreamPlan, other: AudioStreamPlan): void {
		const { token, encoder } = other;
		if (!sameFormat(plan, other))
			this.#remove(token, "its encoding was changed");
		else if (plan.encoder.bitrateKbit !== encoder.bitrateKbit) this.#put(other);
	}

	/** What will keep the camera silent, a line each for people. */
	check(): Promise<string[]> {
		return audioReadiness(this.#plan);
	}

	async stop(): Promise<void> {
		for (const token of [...this.#running.keys()])
			this.#remove(token, "the service stops");
		await this.#streams.stop();
		await this.#ending;
	}

	#add(plan: AudioStreamPlan): void {
		if (this.#plan?.input.kind === "camera") {
			this.#addRelayed(plan);
			return;
		}
		const stream = this.#put(plan);
		if (plan.encoder.encoding === "G711") this.#addAac(plan.token, stream);
	}

	#put(plan: AudioStreamPlan): HubStream {
		const { token, encoder } = plan;
		this.#running.set(token, plan);
		return this.#streams.put(token, audioFormat(encoder), (after) =>
			this.#producer(plan, after),
		);
	}

	#addAac(token: string, source: HubStream): void {
		const { hub, clock, log } = this.#options;
		const stream = () => hub.aacOf(token);
		const producer = aacTranscoder({
			token,
			source,
			sink: sinkOf(stream),
			known: knownElements,
			clock,
			log,
		});
		this.#transcoders.set(token, producer);
		const format = transcodedFormat();
		hub.addAac(token, new HubStream({ token, format, producer, clock }));
	}

	/** It comes as it comes, whatever the configuration says. */
	#addRelayed(plan: AudioStreamPlan): void {
		const { hub, relay: find } = this.#options;
		const { token } = plan;
		const relay = find();
		if (!relay) throw new Error("sound of a camera comes from a camera");
		const format = new RelayedAudioFormat();
		const producer = new SoundProducer({
			relay,
			format,
			sink: {
				...this.#streams.sink(token),
				described: () => hub.get(token)?.described(),
			},
			onOther: () => {
				this.#remove(token, "the camera's sound changed");
				this.#addRelayed(plan);
			},
		});
		this.#running.set(token, plan);
		const stream = this.#streams.put(token, format, () => producer);
		this.#addAac(token, stream);
	}

	#producer(plan: AudioStreamPlan, after: Promise<unknown>): EngineProducer {
		const { clock, log, line = audioLine } = this.#options;
		const input = this.#plan?.input;
		if (!input || input.kind === "camera")
			throw new Error("sound of this machine has an input");
		return audioEncoder({
			after,
			input,
			plan,
			sink: this.#streams.sink(plan.token),
			line,
			known: knownElements,
			clock,
			log,
		});
	}

	#remove(token: string, reason: string): void {
		this.#running.delete(token);
		this.#streams.remove(token, reason);
		const transcoder = this.#transcoders.get(token);
		this.#transcoders.delete(token);
		this.#ending = Promise.all([this.#ending, transcoder?.stopped()]);
	}
}

function sameFormat(a: AudioStreamPlan, b: AudioStreamPlan): boolean {
	return (
		a.encoder.encoding === b.encoder.encoding &&
		a.encoder.sampleRateKHz === b.encoder.sampleRateKHz
	);
}
