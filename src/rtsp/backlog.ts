import type { Frame } from "../media/types.ts";

/** One millisecond of the 90 kHz clock that RTP video has (RFC 6184, 8.2.1; RFC 2435, 3). */
const step = 90;

/**
 * Copies of a backlog's frames whose timestamps lie a millisecond apart and end at the last one's
 * real timestamp: a player that honours them shows the whole group of pictures at once and is
 * live then, instead of staying that group behind.
 */
export function compressTimestamps(backlog: readonly Frame[]): Frame[] {
	const last = backlog.at(-1)?.rtpTimestamp ?? 0;
	return backlog.map((frame, index) => {
		const before = (backlog.length - 1 - index) * step;
		if (before === 0) return frame;
		const rtpTimestamp = (last - before) >>> 0;
		const interleaved = Buffer.from(frame.interleaved);
		for (const start of frame.packets)
			interleaved.writeUInt32BE(rtpTimestamp, start + 4);
		return { ...frame, interleaved, rtpTimestamp };
	});
}

/** The frames of a backlog that come after RTP timestamp `last`: those that a viewer who comes back from PAUSE has not had. */
export function after(
	backlog: readonly Frame[],
	last: number | undefined,
): readonly Frame[] {
	if (last === undefined) return backlog;
	return backlog.filter((frame) => {
		const ahead = (frame.rtpTimestamp - last) >>> 0;
		return ahead > 0 && ahead < 0x80000000;
	});
}
