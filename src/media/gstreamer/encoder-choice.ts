import type { Log } from "../../system/log.ts";
import type { StreamPlan } from "../types.ts";
import { missingElement } from "./diagnose.ts";
import {
	type H264Encoder,
	type H264Settings,
	h264Encoders,
	inHardware,
} from "./h264-encoders.ts";

export interface EncoderChoiceOptions {
	/** The elements that GStreamer has here. */
	readonly known: () => Promise<ReadonlySet<string>>;
	/** Why an encoder does not work with these settings; undefined when it does. */
	readonly attempt: (
		encoder: H264Encoder,
		settings: H264Settings,
	) => Promise<string | undefined>;
	readonly log: Log;
}

/** The encoders to take for a stream, best first: the one that its owner wants, then the others. */
export function inOrder({ h264Encoder }: StreamPlan): readonly H264Encoder[] {
	return h264Encoder === undefined
		? h264Encoders
		: [h264Encoder, ...h264Encoders.filter((one) => one !== h264Encoder)];
}

/**
 * Which H.264 encoder each stream gets. What is in hardware proves itself first by a trial, once for each
 * set of settings; what failed, then or while it ran, is passed over for the service's life.
 */
export class EncoderChoice {
	readonly #options: EncoderChoiceOptions;
	readonly #trials = new Map<string, Promise<string | undefined>>();
	readonly #failed = new Map<string, string>();
	/** What was last said of each stream. */
	readonly #said = new Map<string, string>();
	#known: Promise<ReadonlySet<string>> | undefined;

	constructor(options: EncoderChoiceOptions) {
		this.#options = options;
	}

	/** Rejects with an error for people when there is none. */
	async choose(stream: StreamPlan): Promise<H264Encoder> {
		const [best] = await this.#working(stream);
		if (best === undefined) throw new Error(missingElement("x264enc"));
		return best;
	}

	/** Lets the log say what each stream will get, before anybody watches. */
	async announce(streams: readonly StreamPlan[]): Promise<void> {
		for (const stream of streams)
			if (stream.encoder.encoding === "H264") await this.#working(stream);
	}

	/** An encoder failed at a stream. Resolves to whether there is another to take from now on; without one it stays. */
	async failed(
		stream: StreamPlan,
		encoder: H264Encoder,
		reason: string,
	): Promise<boolean> {
		const key = keyOf(encoder, stream.encoder);
		this.#failed.set(key, reason);
		const another = (await this.#working(stream)).length > 0;
		if (!another) this.#failed.delete(key);
		return another;
	}

	/** The first that works, if any: those behind it are not tried. */
	async #working(stream: StreamPlan): Promise<readonly H264Encoder[]> {
		this.#known ??= this.#options.known();
		const known = await this.#known;
		let passed: string | undefined;
		for (const encoder of inOrder(stream)) {
			const wanted = encoder === stream.h264Encoder;
			if (!known.has(encoder)) {
				if (wanted) passed = missingElement(encoder);
				continue;
			}
			const trouble = await this.#trouble(encoder, stream.encoder);
			if (trouble === undefined) {
				this.#say(stream, encoder, passed);
				return [encoder];
			}
			passed ??= `${encoder}: ${trouble}`;
		}
		// What is missing may be installed before the next try.
		this.#known = undefined;
		return [];
	}

	async #trouble(encoder: H264Encoder, settings: H264Settings) {
		const key = keyOf(encoder, settings);
		const failed = this.#failed.get(key);
		if (failed !== undefined || !inHardware(encoder)) return failed;
		const trial =
			this.#trials.get(key) ?? this.#options.attempt(encoder, settings);
		this.#trials.set(key, trial);
		return trial;
	}

	#say(stream: StreamPlan, encoder: H264Encoder, passed: string | undefined) {
		const said = `${encoder} ${passed}`;
		if (this.#said.get(stream.token) === said) return;
		this.#said.set(stream.token, said);
		const { log } = this.#options;
		if (passed === undefined)
			log.info("encoder chosen", { stream: stream.token, encoder });
		else
			log.warn("a better encoder cannot be used", {
				stream: stream.token,
				encoder,
				reason: passed,
			});
	}
}

/** Hardware may do small pictures and not large ones. */
function keyOf(encoder: H264Encoder, settings: H264Settings): string {
	const { width, height, h264Profile } = settings;
	return `${encoder} ${width}x${height} ${h264Profile}`;
}
