import type { HubStream } from "./stream.ts";
import type { StreamDirectory } from "./types.ts";

/** How a profile's token leads to a stream: through its video encoder configuration, which several profiles may share. */
export type ProfileLookup = (profileToken: string) =>
	| {
			readonly name: string;
			readonly sessionTimeout: number;
			readonly streamToken: string;
	  }
	| undefined;

/** All streams of the camera; everything that sends video to anybody is an output of one of them. */
export class Hub implements StreamDirectory {
	readonly #streams = new Map<string, HubStream>();
	readonly #profile: ProfileLookup;

	constructor(profile: ProfileLookup) {
		this.#profile = profile;
	}

	add(stream: HubStream): void {
		this.#streams.set(stream.token, stream);
	}

	get(token: string): HubStream | undefined {
		return this.#streams.get(token);
	}

	remove(token: string, reason: string): void {
		this.#streams.get(token)?.end(reason);
		this.#streams.delete(token);
	}

	find(profileToken: string) {
		const profile = this.#profile(profileToken);
		const stream = profile && this.#streams.get(profile.streamToken);
		return profile && stream
			? { name: profile.name, sessionTimeout: profile.sessionTimeout, stream }
			: undefined;
	}

	tokens(): readonly string[] {
		return [...this.#streams.keys()];
	}
}
