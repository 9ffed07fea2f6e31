import type { HubStream } from "./stream.ts";
import type {
	Backchannel,
	GroupAddress,
	Stream,
	StreamDirectory,
	WatchedProfile,
} from "./types.ts";

/** How a profile's token leads to its streams: through its encoder configurations, which several profiles may share. */
export type ProfileLookup = (profileToken: string) =>
	| {
			readonly name: string;
			/** Seconds. */
			readonly sessionTimeout: number;
			/** The video's, then those of what goes with it. */
			readonly streamTokens: readonly [string, ...string[]];
			/** Where they go when they are multicast, by their tokens. */
			readonly groups?: ReadonlyMap<string, GroupAddress>;
			/** What its viewers may talk through. */
			readonly backchannel?: Backchannel | undefined;
	  }
	| undefined;

/** All streams of the camera; everything that sends them to anybody is an output of one of them. */
export class Hub implements StreamDirectory {
	readonly #streams = new Map<string, HubStream>();
	/** What is made of sound for those who take AAC alone, by the sound's token. */
	readonly #aac = new Map<string, HubStream>();
	readonly #profile: ProfileLookup;

	constructor(profile: ProfileLookup) {
		this.#profile = profile;
	}

	add(stream: HubStream): void {
		this.#streams.set(stream.token, stream);
	}

	/** `stream` gives the sound `token` as AAC; it goes with that. */
	addAac(token: string, stream: HubStream): void {
		this.#aac.set(token, stream);
	}

	aacOf(token: string): HubStream | undefined {
		return this.#aac.get(token);
	}

	get(token: string): HubStream | undefined {
		return this.#streams.get(token);
	}

	remove(token: string, reason: string): void {
		for (const streams of [this.#aac, this.#streams]) {
			streams.get(token)?.end(reason);
			streams.delete(token);
		}
	}

	find(profileToken: string): WatchedProfile | undefined {
		const profile = this.#profile(profileToken);
		if (!profile || !this.#streams.has(profile.streamTokens[0]))
			return undefined;
		const { name, sessionTimeout, streamTokens, groups, backchannel } = profile;
		const tracks = streamTokens.flatMap((token) => {
			const stream = this.#streams.get(token);
			return stream
				? [
						{
							media: stream.media,
							stream,
							aac: this.#aac.get(token),
							group: groups?.get(token),
						},
					]
				: [];
		});
		return { name, sessionTimeout, tracks, backchannel };
	}

	tokens(): readonly string[] {
		return [...this.#streams.keys()];
	}
}

/** A profile's video; undefined when there is no such profile to watch. */
export function videoOf(
	directory: StreamDirectory,
	profileToken: string,
): Stream | undefined {
	return directory
		.find(profileToken)
		?.tracks.find(({ media }) => media === "video")?.stream;
}
