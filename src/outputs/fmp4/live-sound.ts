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

/** The sound that goes with the pictures of a `LiveMp4`, on their timeline. */
export class LiveSound {
	readonly #options: LiveSoundOptions;
	readonly #timeline: SoundTimeline;
	#attachment: Attachment | undefined;
	/** When the pictures' timeline was at zero, milliseconds since 1970. */
	#zero: number | undefined;

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
	}

	#frame(frame: Frame): void {
		if (this.#zero === undefined) return;
		const { stream, track, clock, sample } = this.#options;
		const now = clock.now();
		const ticks = (stream.rtpTimestampAt(now) - frame.rtpTimestamp) | 0;
		const takenAt = now - (ticks / track.timescale) * 1000;
		const from = (takenAt - this.#zero) / 1000;
		for (const [i, unit] of aacUnits(frame).entries()) {
			const later = (i * aacFrameTicks) / track.timescale;
			const time = this.#timeline.next(from + later);
			if (time) sample(aacSample(unit), time, takenAt + later * 1000);
		}
	}
}
