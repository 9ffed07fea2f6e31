import type { Frame } from "../types.ts";

const views = new WeakMap<Frame, readonly Buffer[]>();

/** A frame's RTP packets without their interleaved headers: views, made once for all viewers over UDP. */
export function packetsOf(frame: Frame): readonly Buffer[] {
	let packets = views.get(frame);
	if (packets === undefined) {
		packets = frame.packets.map((start, index) =>
			frame.interleaved.subarray(start, packetEnd(frame, index)),
		);
		views.set(frame, packets);
	}
	return packets;
}

function packetEnd(frame: Frame, index: number): number {
	const next = frame.packets[index + 1];
	return next === undefined ? frame.interleaved.length : next - 4;
}

const copies = new WeakMap<Frame, Map<number, Buffer>>();

/** A frame's `interleaved` for another channel: a copy, made once for all viewers who chose that channel. */
export function onChannel(frame: Frame, channel: number): Buffer {
	if (channel === 0) return frame.interleaved;
	let byChannel = copies.get(frame);
	if (byChannel === undefined) {
		byChannel = new Map();
		copies.set(frame, byChannel);
	}
	let copy = byChannel.get(channel);
	if (copy === undefined) {
		copy = Buffer.from(frame.interleaved);
		for (const start of frame.packets) copy.writeUInt8(channel, start - 3);
		byChannel.set(channel, copy);
	}
	return copy;
}
