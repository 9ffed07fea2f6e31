import type { VideoEncoding } from "../../camera/types.ts";
import { soundInAac } from "../../media/audio/sound-in-aac.ts";
import { videoOf } from "../../media/hub.ts";
import { aacTrack, silentFrame } from "../../media/mp4/aac.ts";
import {
	SourceUnavailable,
	type Stream,
	type StreamDirectory,
} from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import { LiveMp4, soundTrack } from "./live-mp4.ts";
import type { Sound } from "./live-sound.ts";

/** A microphone's description is there at once; another camera has to be asked. */
const soundLimitMs = 1500;

export interface LiveProfilesOptions {
	readonly directory: StreamDirectory;
	/** A profile's encoding as it is set; undefined when there is no such profile, or nothing to watch of it. */
	readonly encoding: (profileToken: string) => VideoEncoding | undefined;
	readonly clock: Clock;
}

/** What is watched as MP4 just now, each once. */
export class LiveProfiles {
	readonly #options: LiveProfilesOptions;
	readonly #running = new Map<string, LiveMp4>();

	constructor(options: LiveProfilesOptions) {
		this.#options = options;
	}

	/** Why a profile is not to be had as MP4, for people; undefined when it is. */
	refusal(profileToken: string): string | undefined {
		const encoding = this.#options.encoding(profileToken);
		if (encoding === "H264") return undefined;
		return encoding === undefined
			? "there is no such profile"
			: `this profile is ${encoding}; only profiles of H.264 can be had as MP4 and HLS`;
	}

	/** Who watches beyond the one as which a stream counts them all. */
	moreViewers(profileToken: string): number {
		const viewers = this.#running.get(profileToken)?.viewers ?? 0;
		return Math.max(0, viewers - 1);
	}

	/** Starts the profile's encoder if it sleeps. Rejects with `SourceUnavailable` when it gives no H.264 in time. */
	async open(profileToken: string): Promise<LiveMp4> {
		const video = videoOf(this.#options.directory, profileToken);
		if (!video) throw new SourceUnavailable("the profile is gone");
		const running = this.#of(video, profileToken);
		if (running) return running;
		const [description, sound] = await Promise.all([
			video.describe(),
			this.#soundOf(profileToken),
		]);
		if (description.media !== "video" || description.encodingName !== "H264")
			throw new SourceUnavailable(
				`it gives ${description.encodingName}; only H.264 can be had as MP4 and HLS`,
			);
		// Another request may have come to here first.
		const meanwhile = this.#of(video, profileToken);
		if (meanwhile) return meanwhile;
		const live = new LiveMp4({
			video,
			description,
			sound,
			clock: this.#options.clock,
			onIdle: () => {
				if (this.#running.get(profileToken) === live)
					this.#running.delete(profileToken);
			},
		});
		this.#running.set(profileToken, live);
		return live;
	}

	/** In AAC; what browsers cannot play from MP4 is left out, as is what another camera tells too late. */
	async #soundOf(profileToken: string): Promise<Sound | undefined> {
		const sound = this.#options.directory
			.find(profileToken)
			?.tracks.find(({ media }) => media === "audio");
		const found = sound && (await inTime(soundInAac(sound)));
		const track = found && aacTrack(soundTrack, found.description);
		return (
			track && {
				stream: found.stream,
				track,
				silence: silentFrame(found.description),
			}
		);
	}

	/** A configuration that was removed and made anew has another stream. */
	#of(video: Stream, profileToken: string): LiveMp4 | undefined {
		const live = this.#running.get(profileToken);
		return live?.video === video ? live : undefined;
	}
}

async function inTime<Told>(told: Promise<Told>): Promise<Told | undefined> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(() => resolve(undefined), soundLimitMs).unref();
	});
	try {
		return await Promise.race([told, late]);
	} catch (error) {
		if (error instanceof SourceUnavailable) return undefined;
		throw error;
	} finally {
		clearTimeout(timer);
	}
}
