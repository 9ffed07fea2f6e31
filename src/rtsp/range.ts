/**
 * The Range of a PLAY response, for a live stream that starts now, whatever was asked for.
 * Absolute time as ONVIF Streaming wants it ("RTSP audio and video synchronization"), save to
 * players that asked in normal play time. Undefined when the request's is malformed or in
 * units that a live stream has none of (SMPTE).
 */
export function answerRange(
	asked: string | undefined,
	now: number,
): string | undefined {
	const clock = `clock=${new Date(now).toISOString().replace(/[-:]/g, "")}-`;
	if (asked === undefined) return clock;
	const [range = ""] = asked.replaceAll(" ", "").split(";");
	if (/^npt=now-$/i.test(range)) return clock;
	if (/^npt=(?:\d[\d.:]*-[\d.:]*|-[\d.:]+|now-[\d.:]+)$/i.test(range))
		return "npt=now-";
	if (
		/^clock=\d{8}T\d{6}(?:\.\d+)?Z?-(?:\d{8}T\d{6}(?:\.\d+)?Z?)?$/i.test(range)
	)
		return clock;
	return undefined;
}
