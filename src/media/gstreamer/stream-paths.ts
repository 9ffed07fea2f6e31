import type { CaptureMode } from "../../system/capture-mode.ts";
import type { Log } from "../../system/log.ts";
import type { CapturePlan, StreamPlan } from "../types.ts";
import type { EncoderChoice } from "./encoder-choice.ts";
import { passes, wantedOf } from "./feed.ts";
import type { H264Encoder } from "./h264-encoders.ts";
import { streamPath } from "./stream-path.ts";

/** Tells the log how each stream comes about: before anybody watches, and again when that turns out otherwise. */
export class StreamPaths {
	readonly #choice: EncoderChoice;
	readonly #log: Log;
	/** What was last said of each stream. */
	readonly #said = new Map<string, string>();
	readonly #known = new Map<string, string>();

	constructor(choice: EncoderChoice, log: Log) {
		this.#choice = choice;
		this.#log = log;
	}

	/** How a stream comes about, in words; undefined while that is not known. */
	of(token: string): string | undefined {
		return this.#known.get(token);
	}

	/** What the streams will be, when the device gives its pictures in `mode`; hardware encoders are tried for it. */
	async announce(
		capture: CapturePlan,
		streams: readonly StreamPlan[],
		mode: CaptureMode | undefined,
	): Promise<void> {
		for (const stream of streams) {
			const { encoder } = stream;
			const passed =
				mode?.compression !== undefined && passes(mode, wantedOf(stream));
			if (passed || encoder.encoding !== "H264")
				this.say(capture, stream, mode, undefined);
			else
				await this.#choice.choose(stream).then(
					(chosen) => this.say(capture, stream, mode, chosen),
					(error: unknown) => this.#sayNone(stream, mode, error),
				);
		}
	}

	/** What a stream is. */
	say(
		capture: CapturePlan,
		stream: StreamPlan,
		mode: CaptureMode | undefined,
		h264Encoder: H264Encoder | undefined,
	): void {
		const found = streamPath(capture, stream, mode, h264Encoder);
		if (found === undefined || !this.#isNews(stream, found)) return;
		const { path, because } = found;
		this.#known.set(stream.token, path);
		this.#log.info("stream path", {
			stream: stream.token,
			path,
			...(because !== undefined && { because }),
		});
	}

	#sayNone(
		stream: StreamPlan,
		mode: CaptureMode | undefined,
		error: unknown,
	): void {
		const { width, height } = stream.encoder;
		const camera = mode && {
			camera: `gives ${mode.fourcc} ${mode.width}x${mode.height}, no H.264 that could be passed on`,
		};
		const fields = {
			stream: stream.token,
			wanted: `H.264 ${width}x${height}`,
			reason: error instanceof Error ? error.message : String(error),
			...camera,
		};
		if (this.#isNews(stream, fields))
			this.#log.error(
				"a stream has no encoder and will give no picture",
				fields,
			);
	}

	#isNews({ token }: StreamPlan, words: object): boolean {
		const said = JSON.stringify(words);
		if (this.#said.get(token) === said) return false;
		this.#said.set(token, said);
		return true;
	}
}
