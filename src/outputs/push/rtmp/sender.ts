import {
	Congestion,
	type CongestionLimits,
} from "../../../media/congestion.ts";
import {
	type AvcParameterSets,
	avcConfiguration,
} from "../../../media/mp4/avc.ts";
import { H264Sample } from "../../../media/mp4/h264-sample.ts";
import { sizeFromSps } from "../../../media/relay/sps.ts";
import type {
	Attachment,
	Frame,
	Stream,
	StreamDescription,
} from "../../../media/types.ts";
import type { Clock } from "../../../system/clock.ts";
import { aacConfigOf, aacUnits, samplesPerUnit } from "./aac.ts";
import type { RtmpConnection } from "./connection.ts";
import { aacHeader, aacSound, avcHeader, avcPicture } from "./flv.ts";
import { RtmpTimeline } from "./timeline.ts";

/** A server that is behind misses pictures up to a key frame. */
const limits: CongestionLimits = {
	queueBytes: 2 * 1024 * 1024,
	resumeBytes: 64 * 1024,
	queueSeconds: 4,
};
/** By FLV's numbers: H.264 and AAC. */
const [avc, aac] = [7, 10];

export interface SentTrack {
	readonly stream: Stream;
	readonly description: StreamDescription;
}

export interface SenderOptions {
	readonly video: SentTrack;
	readonly sound: SentTrack | undefined;
	readonly connection: Pick<RtmpConnection, "publisher" | "waiting">;
	readonly clock: Clock;
	/** The server was handed the first picture. */
	onFirst(): void;
	/** A stream gives no more frames. */
	onEnd(reason: string): void;
}

/** A profile's frames as RTMP messages: nothing is encoded anew. */
export class RtmpSender {
	readonly #options: SenderOptions;
	#attachments: Attachment[] = [];
	#sets: AvcParameterSets | undefined;
	#pictureTime: RtmpTimeline | undefined;
	#soundTime: RtmpTimeline | undefined;
	#config: Buffer | undefined;
	#skips = true;
	readonly #congestion: Congestion;

	constructor(options: SenderOptions) {
		this.#options = options;
		this.#congestion = new Congestion(limits, options.clock);
	}

	start(): void {
		const { video, sound, onEnd } = this.#options;
		this.#config = sound && aacConfigOf(sound.description);
		const pictures = video.stream.attach({
			frame: (frame) => this.#picture(frame),
			end: onEnd,
		});
		this.#attachments.push(pictures);
		for (const frame of pictures.backlog) this.#picture(frame);
		if (!sound || !this.#config) return;
		this.#attachments.push(
			sound.stream.attach({ frame: (frame) => this.#sound(frame), end: onEnd }),
		);
	}

	stop(): void {
		for (const attachment of this.#attachments) attachment.detach();
		this.#attachments = [];
	}

	#picture(frame: Frame): void {
		const { connection } = this.#options;
		if (!this.#keepsUp(frame)) return;
		const sample = new H264Sample(frame);
		if (sample.key) this.#learn(sample, frame);
		if (!this.#pictureTime || sample.size === 0) return;
		const time = this.#pictureTime.at(frame.rtpTimestamp);
		connection.publisher.pictures(time, avcPicture(sample));
	}

	#keepsUp({ key }: Frame): boolean {
		const { connection, video } = this.#options;
		if (!this.#skips) {
			this.#skips = this.#congestion.behind(connection.waiting);
			return !this.#skips;
		}
		if (!this.#congestion.caughtUp(connection.waiting)) return false;
		if (key) this.#skips = false;
		else video.stream.requestKeyFrame();
		return key;
	}

	/** A key frame brings its parameter sets, which the server wants before it. */
	#learn({ sps, pps }: H264Sample, frame: Frame): void {
		const [first] = sps;
		if (!first || first.length < 4 || pps.length === 0) return;
		const sets = { sps: sps.map(copy), pps: pps.map(copy) };
		if (this.#sets && same(this.#sets, sets)) return;
		const { publisher } = this.#options.connection;
		const isFirst = this.#sets === undefined;
		this.#sets = sets;
		this.#begin(frame);
		publisher.metadata(this.#metadata(first));
		const time = this.#pictureTime?.at(frame.rtpTimestamp) ?? 0;
		publisher.pictures(time, avcHeader(avcConfiguration(sets)));
		if (!isFirst) return;
		if (this.#config) publisher.sound(0, aacHeader(this.#config));
		this.#options.onFirst();
	}

	/** All tracks count from the first key frame: each by its own clock, which shows the same moment. */
	#begin(frame: Frame): void {
		if (this.#pictureTime) return;
		const { video, sound, clock } = this.#options;
		const { clockRate } = video.description;
		this.#pictureTime = new RtmpTimeline(frame.rtpTimestamp, clockRate);
		if (!sound) return;
		const now = clock.now();
		const age = (video.stream.rtpTimestampAt(now) - frame.rtpTimestamp) | 0;
		const then = now - (age * 1000) / clockRate;
		this.#soundTime = new RtmpTimeline(
			sound.stream.rtpTimestampAt(then),
			sound.description.clockRate,
		);
	}

	#sound(frame: Frame): void {
		const { publisher, waiting } = this.#options.connection;
		if (!this.#soundTime || waiting > limits.queueBytes) return;
		for (const [index, unit] of aacUnits(frame).entries()) {
			const at = (frame.rtpTimestamp + index * samplesPerUnit) >>> 0;
			publisher.sound(this.#soundTime.at(at), aacSound(unit));
		}
	}

	#metadata(sps: Buffer) {
		const { video, sound } = this.#options;
		const size = sizeFromSps(sps);
		return {
			...(size ? { width: size.width, height: size.height } : {}),
			...frameRateOf(video.description),
			videocodecid: avc,
			...(sound && this.#config
				? { audiocodecid: aac, audiosamplerate: sound.description.clockRate }
				: {}),
			encoder: "onvifd",
		};
	}
}

function frameRateOf(description: StreamDescription) {
	const known = description.media === "video" && description.frameRate > 0;
	return known ? { framerate: description.frameRate } : {};
}

/** The frame that it is a part of is not held back by it. */
const copy = (unit: Buffer) => Buffer.from(unit);

function same(one: AvcParameterSets, other: AvcParameterSets): boolean {
	const octets = ({ sps, pps }: AvcParameterSets) =>
		Buffer.concat([...sps, Buffer.of(0), ...pps]);
	return octets(one).equals(octets(other));
}
