import { aacFrameTicks } from "../../media/mp4/aac.ts";
import { aacSample, aacUnits } from "../../media/mp4/aac-units.ts";
import type { Sample, SampleTime } from "../../media/mp4/fragment.ts";
import { SoundTimeline } from "../../media/mp4/sound-timeline.ts";
import type { Mp4Track } from "../../media/mp4/track.ts";
import type { Attachment, Frame, Stream } from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";

/** A profile's sound, and the track that it makes. */
export interface Sound {
	readonly stream: Stream;
	readonly track: Mp4Track;
	/** A frame in which nothing is heard, where one is known. */
	readonly silence: Buffer | undefined;
}

export interface LiveSoundOptions extends Sound {
	readonly clock: Clock;
	/** `takenAt` in milliseconds since 1970. */
	sample(sample: Sample, time: SampleTime, takenAt: number): void;
	/** There will be no more. */
	end(reason: string): void;
}

/** A picture's decode time is off by an interval's jitter: what is known of the beginning is their mean. */
const weight = 1 / 32;
/** Sound is as much later than its picture at most; then it is missing, and players would wait for it with the picture. */
const missingSeconds = 1;
/** More than this is no gap in the sound alone, and is not filled frame by frame. */
const mostSilentSeconds = 10;

/** The sound that goes with the pictures of a `LiveMp4`, on their timeline. */
export class LiveSound {
	readonly #options: LiveSoundOptions;
	readonly #timeline: SoundTimeline;
	#attachment: Attachment | undefined;
	/** When the pictures' timeline was at zero, milliseconds since 1970. */
	#zero: number | undefined;
	/** The sound is missing. */
	#silent = false;

	constructor(options: LiveSoundOptions) {
		this.#options = options;
		this.#timeline = new SoundTimeline(options.track.timescale);
	}

	attach(): void {
		this.#attachment = this.#options.stream.attach({
			frame: (frame) => this.#frame(frame),
			end: (reason) => this.#options.end(reason),
		});
	}

	detach(): void {
		this.#attachment?.detach();
		this.#attachment = undefined;
	}

	/** A picture that was taken at `takenAt` is at `seconds`. */
	beside(takenAt: number, seconds: number): void {
		const zero = takenAt - seconds * 1000;
		this.#zero ??= zero;
		this.#zero += (zero - this.#zero) * weight;
		this.#silent ||= seconds - this.#timeline.end > missingSeconds;
		if (this.#silent) this.#fill(seconds - missingSeconds);
	}

	/** Silence up to `seconds`. */
	#fill(seconds: number): void {
		const { track, silence, sample } = this.#options;
		if (!silence) return;
		const frameSeconds = aacFrameTicks / track.timescale;
		const give = (time: SampleTime) =>
			sample(
				aacSample(silence),
				time,
				(this.#zero ?? 0) + (time.decodeTime / track.timescale) * 1000,
			);
		if (seconds - this.#timeline.end > mostSilentSeconds) {
			const time = this.#timeline.next(seconds);
			if (time) give(time);
		}
		while (seconds - this.#timeline.end >= frameSeconds)
			give(this.#timeline.following());
	}

	#frame(frame: Frame): void {
		if (this.#zero === undefined) return;
		const { stream, track, clock, sample } = this.#options;
		const now = clock.now();
		const ticks = (stream.rtpTimestampAt(now) - frame.rtpTimestamp) | 0;
		const takenAt = now - (ticks / track.timescale) * 1000;
		const from = (takenAt - this.#zero) / 1000;
		if (this.#silent) this.#fill(from);
		this.#silent = false;
		for (const [i, unit] of aacUnits(frame).entries()) {
			const later = (i * aacFrameTicks) / track.timescale;
			const time = this.#timeline.next(from + later);
			if (time) sample(aacSample(unit), time, takenAt + later * 1000);
		}
	}
}
