import type { StreamDirectory, WatchedProfile } from "../media/types.ts";

/** What can be watched under one URL: a media profile. */
export interface Presentation extends WatchedProfile {
	readonly profileToken: string;
}

export function findPresentation(
	directory: StreamDirectory,
	profileToken: string,
): Presentation | undefined {
	const found = directory.find(profileToken);
	if (found === undefined) return undefined;
	// A client that stored PT0S would lose every session at once.
	const sessionTimeout = found.sessionTimeout > 0 ? found.sessionTimeout : 60;
	return { ...found, profileToken, sessionTimeout };
}
