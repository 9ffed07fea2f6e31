import { ntpMiddle } from "../rtp/rtcp.ts";

/** What a viewer says of its reception (RFC 3550, 6.4.2). */
export interface ReceptionReport {
	/** 0 to 1, since the report before. */
	readonly fractionLost: number;
	/** Packets since the beginning; negative when some came twice. */
	readonly cumulativeLost: number;
	/** In units of the RTP clock. */
	readonly jitter: number;
	/** Milliseconds; undefined before the viewer has had a sender report. */
	readonly roundTrip: number | undefined;
}

export interface ReceivedRtcp {
	/** The last report on this stream; undefined when there was none. */
	readonly reception: ReceptionReport | undefined;
	/** Picture loss (RFC 4585, 6.3.1) or full intra request (RFC 5104, 4.3.1). */
	readonly wantsKeyFrame: boolean;
}

/**
 * Reads a compound RTCP packet of a viewer of the stream `ssrc`, received at `now` (ms since 1970).
 * Undefined when any part of it is malformed (RFC 3550, A.2).
 */
export function readRtcp(
	packet: Buffer,
	ssrc: number,
	now: number,
): ReceivedRtcp | undefined {
	let reception: ReceptionReport | undefined;
	let wantsKeyFrame = false;
	let at = 0;
	while (at < packet.length) {
		if (packet.length - at < 8) return undefined;
		const first = packet.readUInt8(at);
		const type = packet.readUInt8(at + 1);
		const end = at + 4 + packet.readUInt16BE(at + 2) * 4;
		if (first >> 6 !== 2 || type < 192 || type > 223 || end > packet.length)
			return undefined;
		const count = first & 0x1f;
		if (type === 200 || type === 201) {
			const blocks = at + (type === 200 ? 28 : 8);
			if (blocks + count * 24 > end) return undefined;
			for (let block = blocks; block < blocks + count * 24; block += 24)
				if (packet.readUInt32BE(block) === ssrc)
					reception = readBlock(packet, block, now);
		}
		if (type === 206 && (count === 1 || count === 4)) wantsKeyFrame = true;
		at = end;
	}
	return packet.length === 0 ? undefined : { reception, wantsKeyFrame };
}

function readBlock(packet: Buffer, at: number, now: number): ReceptionReport {
	const lastReport = packet.readUInt32BE(at + 16);
	const delay = packet.readUInt32BE(at + 20);
	const trip = (ntpMiddle(now) - lastReport - delay) >>> 0;
	return {
		fractionLost: packet.readUInt8(at + 4) / 256,
		cumulativeLost: packet.readIntBE(at + 5, 3),
		jitter: packet.readUInt32BE(at + 12),
		// A trip over half the range is a clock that stepped back, or a lie.
		roundTrip:
			lastReport === 0 || trip > 0x7fffffff ? undefined : (trip * 1000) / 65536,
	};
}
