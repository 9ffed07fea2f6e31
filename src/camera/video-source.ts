import type { ProfileSettings } from "./settings.ts";
import type { VideoSource } from "./types.ts";

/** The picture is captured as large and as often as the largest profile needs it. */
export function videoSourceOf(
	profiles: readonly ProfileSettings[],
): VideoSource {
	const most = (key: "width" | "height" | "frameRate") =>
		Math.max(...profiles.map((profile) => profile[key]));
	return {
		token: "video",
		width: most("width"),
		height: most("height"),
		frameRate: most("frameRate"),
	};
}
