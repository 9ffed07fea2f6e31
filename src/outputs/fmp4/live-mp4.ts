import {
	type AvcParameterSets,
	avcTrack,
	sameSets,
} from "../../media/mp4/avc.ts";
import { fragment } from "../../media/mp4/fragment.ts";
import { H264Sample } from "../../media/mp4/h264-sample.ts";
import { initSegment } from "../../media/mp4/init-segment.ts";
import { Timeline } from "../../media/mp4/timeline.ts";
import { mimeType } from "../../media/mp4/track.ts";
import { sizeFromSps } from "../../media/relay/sps.ts";
import { payloadType } from "../../media/rtp/packet.ts";
import type {
	Attachment,
	Frame,
	Stream,
	VideoDescription,
} from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import { FragmentCache } from "./fragment-cache.ts";
import { LiveSound, type Sound } from "./live-sound.ts";
import type { Fragment, InitSegment, Mp4Output } from "./types.ts";

const videoTrack = 1;
export const soundTrack = 2;

export interface LiveMp4Options {
	readonly video: Stream;
	/** Of H.264. */
	readonly description: VideoDescription;
	/** Undefined for pictures alone. */
	readonly sound: Sound | undefined;
	readonly clock: Clock;
	/** Nobody watches any more, or the stream ended: to be forgotten. */
	onIdle(): void;
}

/** One profile as fragmented MP4, made once however many watch: an output of the hub while anybody does. */
export class LiveMp4 {
	readonly #options: LiveMp4Options;
	/** Those that await a key frame, with the init segment before it, are false. */
	readonly #outputs = new Map<Mp4Output, boolean>();
	readonly #cache = new FragmentCache();
	readonly #timeline: Timeline;
	readonly #sound: LiveSound | undefined;
	#attachment: Attachment | undefined;
	#sets: AvcParameterSets | undefined;
	#init: InitSegment | undefined;
	#sequenceNumber = 0;
	#ended: string | undefined;

	constructor(options: LiveMp4Options) {
		this.#options = options;
		const { description, sound, clock } = options;
		const { clockRate, frameRate } = description;
		this.#timeline = new Timeline(clockRate, frameRate, {
			sound: sound !== undefined,
		});
		this.#sound =
			sound &&
			new LiveSound({
				...sound,
				clock,
				sample: (sample, time, takenAt) =>
					this.#send({
						data: fragment(++this.#sequenceNumber, soundTrack, time, sample),
						key: false,
						duration: 0,
						takenAt,
					}),
				// Players take no other tracks than those that they began with.
				end: () => this.#end("the profile's sound has other settings now"),
			});
	}

	get video(): Stream {
		return this.#options.video;
	}

	/** Frames a second. */
	get frameRate(): number {
		return this.#options.description.frameRate;
	}

	get viewers(): number {
		return this.#outputs.size;
	}

	/** From the latest key frame on, what is there at once; answers how to leave. */
	join(output: Mp4Output): () => void {
		this.#outputs.set(output, false);
		if (this.#ended !== undefined) this.#end(this.#ended);
		else if (this.#attachment === undefined) this.#attach();
		else for (const made of this.#cache.fragments) this.#give(output, made);
		if (this.#outputs.get(output) === false) this.requestKeyFrame();
		return () => {
			if (this.#outputs.delete(output) && this.#outputs.size === 0)
				this.#rest();
		};
	}

	/** For who cannot wait for the next key frame. */
	requestKeyFrame(): void {
		this.#options.video.requestKeyFrame();
	}

	#attach(): void {
		this.#attachment = this.#options.video.attach({
			frame: (frame) => this.#frame(frame),
			end: (reason) => this.#end(reason),
		});
		for (const frame of this.#attachment.backlog) this.#frame(frame);
		if (this.#ended === undefined) this.#sound?.attach();
	}

	#rest(): void {
		this.#attachment?.detach();
		this.#attachment = undefined;
		this.#sound?.detach();
		this.#options.onIdle();
	}

	#end(reason: string): void {
		this.#ended = reason;
		this.#rest();
		const outputs = [...this.#outputs.keys()];
		this.#outputs.clear();
		for (const output of outputs) output.end(reason);
	}

	#frame(frame: Frame): void {
		const { video, description, clock } = this.#options;
		if (this.#ended !== undefined) return;
		const [first = 0] = frame.packets;
		const type = payloadType(frame.interleaved.subarray(first));
		if (type !== description.payloadType) {
			this.#end("the profile is not H.264 any more");
			return;
		}
		const sample = new H264Sample(frame);
		if (sample.key) this.#learn(sample);
		if (!this.#init || sample.size === 0) return;
		const time = this.#timeline.next(frame.rtpTimestamp);
		const now = clock.now();
		const age = (video.rtpTimestampAt(now) - frame.rtpTimestamp) | 0;
		const takenAt = now - (age / description.clockRate) * 1000;
		this.#sound?.beside(takenAt, time.decodeTime / description.clockRate);
		this.#send({
			data: fragment(++this.#sequenceNumber, videoTrack, time, sample),
			key: sample.key,
			duration: time.duration / description.clockRate,
			takenAt,
		});
	}

	#send(made: Fragment): void {
		this.#cache.add(made);
		for (const output of this.#outputs.keys()) this.#give(output, made);
	}

	#give(output: Mp4Output, made: Fragment): void {
		if (!this.#outputs.get(output)) {
			if (!made.key || !this.#init) return;
			this.#outputs.set(output, true);
			output.init(this.#init);
		}
		output.fragment(made);
	}

	/** A key frame brings its parameter sets; others than before come from an encoder with new settings. */
	#learn({ sps, pps }: H264Sample): void {
		const [first] = sps;
		if (!first || first.length < 4 || pps.length === 0) return;
		if (this.#sets && sameSets(this.#sets, { sps, pps })) return;
		this.#sets = { sps: sps.map(copy), pps: pps.map(copy) };
		const { description, sound } = this.#options;
		const size = sizeFromSps(first) ?? description;
		const tracks = [
			avcTrack(videoTrack, description.clockRate, this.#sets, size),
			...(sound ? [sound.track] : []),
		];
		this.#init = { data: initSegment(tracks), type: mimeType(tracks) };
		this.#cache.clear();
		for (const output of this.#outputs.keys()) this.#outputs.set(output, false);
	}
}

/** The frame that it is a part of is not held back by it. */
const copy = (unit: Buffer) => Buffer.from(unit);
