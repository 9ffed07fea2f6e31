import type { VideoEncoding } from "../../camera/types.ts";
import { videoOf } from "../../media/hub.ts";
import {
	SourceUnavailable,
	type Stream,
	type StreamDirectory,
} from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import { LiveMp4 } from "./live-mp4.ts";

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

	/** Starts the profile's encoder if it sleeps. Rejects with `SourceUnavailable` when it gives no H.264 in time. */
	async open(profileToken: string): Promise<LiveMp4> {
		const video = videoOf(this.#options.directory, profileToken);
		if (!video) throw new SourceUnavailable("the profile is gone");
		const running = this.#of(video, profileToken);
		if (running) return running;
		const description = await video.describe();
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
			clock: this.#options.clock,
			onIdle: () => {
				if (this.#running.get(profileToken) === live)
					this.#running.delete(profileToken);
			},
		});
		this.#running.set(profileToken, live);
		return live;
	}

	/** A configuration that was removed and made anew has another stream. */
	#of(video: Stream, profileToken: string): LiveMp4 | undefined {
		const live = this.#running.get(profileToken);
		return live?.video === video ? live : undefined;
	}
}
