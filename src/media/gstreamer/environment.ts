/**
 * What every GStreamer child gets: one malloc arena saves megabytes of a small board, colours are for terminals,
 * and what it says of trouble is read in English, as are the months and weekdays of an OSD.
 */
export const gstreamerEnvironment: Readonly<Record<string, string>> = {
	MALLOC_ARENA_MAX: "1",
	GST_DEBUG_NO_COLOR: "1",
	LC_ALL: "C.UTF-8",
};
