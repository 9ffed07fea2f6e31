import type { CaptureMode } from "../../system/capture-mode.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { AtOnce } from "../at-once.ts";
import { type EngineProducer, EngineStreams } from "../engine-streams.ts";
import type { Hub } from "../hub.ts";
import { planChange, sameCapture } from "../plan.ts";
import { relayFeed } from "../relay/feed.ts";
import {
	OriginalFormat,
	originalProducer,
	originalStreamToken,
} from "../relay/original.ts";
import { passes, RelayProducer } from "../relay/producer.ts";
import { Relay } from "../relay/relay.ts";
import { jpegFromFrame } from "../rtp/jpeg.ts";
import {
	type CapturePlan,
	type Engine,
	type Plan,
	SourceUnavailable,
	type StreamPlan,
} from "../types.ts";
import type { CaptureOptions, DeviceAccess } from "./capture.ts";
import { knownElements } from "./elements.ts";
import { Encoder } from "./encoder.ts";
import { EncoderChoice } from "./encoder-choice.ts";
import { tryEncoder } from "./encoder-trial.ts";
import { cameraH264Settings, compressedWish, Feed, wantedOf } from "./feed.ts";
import { modeOnceThere } from "./first-look.ts";
import { readiness } from "./readiness.ts";
import { RuntimeDir } from "./runtime-dir.ts";
import { takePicture } from "./snapshot.ts";
import { StreamPaths } from "./stream-paths.ts";

export interface GstreamerEngineOptions {
	readonly hub: Hub;
	readonly device: DeviceAccess;
	readonly clock: Clock;
	readonly log: Log;
	/** The capture's launch line, when it is not to be made from the plan: tests bring cameras that are none. */
	readonly captureLine?: CaptureOptions["line"];
}

/** Capture and encoders as gst-launch children: one capture, and one encoder for each stream that is watched. */
export class GstreamerEngine implements Engine {
	readonly #options: GstreamerEngineOptions;
	readonly #runtime = new RuntimeDir();
	readonly #choice: EncoderChoice;
	readonly #paths: StreamPaths;
	readonly #streams: EngineStreams;
	/** Aborted, and replaced, when the source fails. */
	#failed = new AbortController();
	readonly #pictures = new AtOnce<Buffer>();
	#feed: Feed | undefined;
	#relay: Relay | undefined;
	#plan: Plan | undefined;
	readonly #stopping = new AbortController();
	/** Waits for a device that was not there at the start. */
	#firstLook: Promise<unknown> = Promise.resolve();
	#ending: Promise<unknown> = Promise.resolve();

	constructor(options: GstreamerEngineOptions) {
		this.#options = options;
		this.#streams = new EngineStreams(options);
		this.#choice = new EncoderChoice({
			known: knownElements,
			attempt: tryEncoder,
			log: options.log,
		});
		this.#paths = new StreamPaths(this.#choice, options.log);
	}

	apply(plan: Plan): void {
		const change = planChange(this.#plan, plan);
		const feed = this.#feedFor(plan);
		if (!this.#plan || !sameCapture(this.#plan.capture, plan.capture))
			this.#original(plan.capture);
		this.#plan = plan;
		this.#streams.follow(change, (stream) => this.#encoder(stream, feed));
	}

	/**
	 * A JPEG of a stream's size: its latest frame when it is a running JPEG stream, else a picture of the capture.
	 * Those who ask at the same time share one. Rejects with `SourceUnavailable`.
	 */
	snapshot(streamToken: string): Promise<Buffer> {
		const stream = this.#options.hub.get(streamToken);
		const plan = this.#plan?.streams.find(({ token }) => token === streamToken);
		if (!stream || !plan || !this.#feed)
			return Promise.reject(new SourceUnavailable("there is no such stream"));
		if (plan.encoder.encoding === "JPEG" && stream.latest)
			return Promise.resolve(jpegFromFrame(stream.latest));
		const feed = this.#feed;
		const size = { ...plan.encoder, osds: plan.osds };
		return this.#pictures.ask(streamToken, async () => {
			const trouble = this.#relay?.unavailable;
			if (trouble !== undefined) throw new SourceUnavailable(trouble);
			return takePicture(feed, size, this.#failed.signal);
		});
	}

	/** The connection to the camera that is the source, where it is another one. */
	get relay(): Relay | undefined {
		return this.#relay;
	}

	path(streamToken: string): string | undefined {
		return this.#paths.of(streamToken);
	}

	/** What will keep the plan from giving pictures, a line each for people. */
	async check(): Promise<string[]> {
		if (!this.#plan) return [];
		const { capture, streams } = this.#plan;
		const compressed = compressedWish(capture, streams);
		const whole = { ...capture, compressed };
		const { device } = this.#options;
		const { troubles, mode } = await readiness(
			{ streams, capture: whole },
			device,
		);
		// A chain's streams are not ours, nor is then the device.
		if (streams.length === 0) return [...troubles];
		if (capture.source.kind !== "v4l2" || mode) await this.#announce(mode);
		else {
			await this.#choice.announce(streams);
			this.#firstLook = modeOnceThere(
				whole,
				device,
				this.#stopping.signal,
			).then((found) => found && this.#announce(found));
		}
		return [...troubles];
	}

	async #announce(mode: CaptureMode | undefined): Promise<void> {
		if (!this.#plan || this.#stopping.signal.aborted) return;
		const { capture, streams } = this.#plan;
		this.#feed?.capture.say(mode);
		await this.#paths.announce(capture, streams, mode);
	}

	async stop(): Promise<void> {
		this.#stopping.abort();
		await this.#streams.stop();
		await this.#ending;
		await this.#firstLook;
		await this.#feed?.stop();
		await this.#relay?.stop();
		this.#runtime.remove();
	}

	#feedFor(plan: Plan): Feed {
		const present = this.#feed;
		if (present && sameCapture(present.capture.plan, plan.capture))
			return present;
		if (present)
			this.#ending = Promise.all([
				this.#ending,
				present.stop(),
				this.#relay?.stop(),
			]);
		const { device, clock, log, captureLine } = this.#options;
		const onUnavailable = (reason: string) => {
			this.#failed.abort(reason);
			this.#failed = new AbortController();
			this.#unavailable(reason, () => true);
		};
		const relay = this.#relayFor(plan.capture, onUnavailable);
		this.#relay = relay;
		const feed = new Feed({
			plan: plan.capture,
			runtime: this.#runtime,
			device,
			fedBy: relay && ((signal) => relayFeed(relay, signal)),
			clock,
			log,
			compressed: () =>
				compressedWish(plan.capture, this.#plan?.streams ?? plan.streams),
			h264: (mode) =>
				cameraH264Settings(mode, this.#plan?.streams ?? plan.streams),
			...(captureLine && { line: captureLine }),
			onUnavailable,
			onUndecodable: (reason) =>
				this.#unavailable(reason, (stream) =>
					feed.decodesFor(wantedOf(stream)),
				),
		});
		this.#feed = feed;
		return feed;
	}

	#unavailable(reason: string, whom: (stream: StreamPlan) => boolean): void {
		for (const stream of this.#plan?.streams ?? [])
			if (whom(stream))
				this.#options.hub.get(stream.token)?.unavailable(reason);
	}

	#relayFor(
		{ source }: CapturePlan,
		onUnavailable: (reason: string) => void,
	): Relay | undefined {
		const { clock, log } = this.#options;
		return source.kind === "rtsp"
			? new Relay({ source, clock, log, onUnavailable })
			: undefined;
	}

	/** The camera's own video, beside the profiles, where the owner wants it. */
	#original({ source }: CapturePlan): void {
		const relay = this.#relay;
		if (source.kind !== "rtsp" || source.original === null || !relay) return;
		const token = originalStreamToken;
		const format = new OriginalFormat();
		const sink = this.#streams.sink(token);
		this.#streams.put(token, format, () =>
			originalProducer(relay, format, sink),
		);
	}

	#encoder(plan: StreamPlan, feed: Feed): EngineProducer {
		const { clock, log } = this.#options;
		const sink = this.#streams.sink(plan.token);
		const encoder = new Encoder({
			plan,
			feed,
			choice: this.#choice,
			paths: this.#paths,
			sink,
			clock,
			log,
		});
		const { source } = feed.capture.plan;
		const relay = this.#relay;
		if (!relay || source.kind !== "rtsp") return encoder;
		return new RelayProducer({
			relay,
			passes: (session) => passes(source, plan, session),
			encoder,
			sink,
		});
	}
}
