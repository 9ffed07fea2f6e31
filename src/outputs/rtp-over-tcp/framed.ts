import type { Frame } from "../../media/types.ts";

const made = new WeakMap<Frame, Buffer>();

/**
 * A frame's packets, each behind its length in two octets (RFC 4571, 2): made once for all viewers. RTSP's interleaved
 * header ends with the same two.
 */
export function framed(frame: Frame): Buffer {
	let octets = made.get(frame);
	if (octets === undefined) {
		octets = Buffer.concat(
			frame.packets.map((start, index) => {
				const next = frame.packets[index + 1];
				const end = next === undefined ? frame.interleaved.length : next - 4;
				return frame.interleaved.subarray(start - 2, end);
			}),
		);
		made.set(frame, octets);
	}
	return octets;
}
