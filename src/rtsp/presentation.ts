import type { Stream, StreamDirectory } from "../media/types.ts";

/** One medium of a presentation: its place in the list is its `trackID`. */
export interface Track {
	readonly media: "video" | "audio" | "application";
	readonly stream: Stream;
}

/** What can be watched under one URL: a media profile. */
export interface Presentation {
	readonly profileToken: string;
	readonly name: string;
	/** Seconds. */
	readonly sessionTimeout: number;
	readonly tracks: readonly Track[];
}

export function findPresentation(
	directory: StreamDirectory,
	profileToken: string,
): Presentation | undefined {
	const found = directory.find(profileToken);
	if (found === undefined) return undefined;
	return {
		profileToken,
		name: found.name,
		// A client that stored PT0S would lose every session at once.
		sessionTimeout: found.sessionTimeout > 0 ? found.sessionTimeout : 60,
		tracks: [{ media: "video", stream: found.stream }],
	};
}
