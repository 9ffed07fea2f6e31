/** A line of any pad, with its end. */
const line = /: caps = (video\/x-raw[^\n]*\bwidth=\(int\)[^\n]*)\n/;

/**
 * Caps of the raw pictures in what gst-launch says (-v); undefined until it says them.
 *
 * Whose pad it says they are counts for nothing: when two threads tell of theirs at once, GStreamer 1.22 now and then
 * names the one's pad twice and the other's never. So there may be pictures of one size only in the pipeline.
 */
export function rawCaps(said: string): string | undefined {
	return line.exec(said)?.[1];
}
