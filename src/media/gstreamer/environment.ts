/** What every GStreamer child gets: one malloc arena saves megabytes of a small board, colours are for terminals. */
export const gstreamerEnvironment: Readonly<Record<string, string>> = {
	MALLOC_ARENA_MAX: "1",
	GST_DEBUG_NO_COLOR: "1",
};
