import { rtpHeaderLength } from "./packet.ts";

/** The RTP header extension of ONVIF's Streaming specification, 6.3, as GStreamer's `rtponviftimestamp` writes it. */
const profile = 0xabac;
const leastWords = 3;
/** Seconds from 1900 to 1970. */
const ntpEpoch = 2_208_988_800;
/** Beyond this the clock was set after the encoder began, which goes on by what it knew. */
const oldestMs = 5000;
const newestMs = -100;

export interface TimedPacket {
	readonly packet: Buffer;
	/** Wall-clock time at which its content was taken, ms since 1970; undefined where it is not told. */
	readonly takenAt: number | undefined;
}

/**
 * Takes an encoder's word of when a packet's content was taken, and the header extension that says it, off the packet.
 * The packet's memory is written to; `now` is wall-clock time in ms.
 */
export function withoutCaptureTime(packet: Buffer, now: number): TimedPacket {
	const plain = { packet, takenAt: undefined };
	// X without CSRC.
	if (packet.length <= rtpHeaderLength + 4 || packet.readUInt8(0) !== 0x90)
		return plain;
	const words = packet.readUInt16BE(rtpHeaderLength + 2);
	const octets = 4 + 4 * words;
	if (
		packet.readUInt16BE(rtpHeaderLength) !== profile ||
		words < leastWords ||
		packet.length <= rtpHeaderLength + octets
	)
		return plain;
	const seconds = packet.readUInt32BE(rtpHeaderLength + 4) - ntpEpoch;
	const fraction = packet.readUInt32BE(rtpHeaderLength + 8) / 2 ** 32;
	const takenAt = (seconds + fraction) * 1000;
	const age = now - takenAt;
	// The fixed header moves over the extension.
	packet.copyWithin(octets, 0, rtpHeaderLength);
	packet.writeUInt8(0x80, octets);
	return {
		packet: packet.subarray(octets),
		takenAt: age >= newestMs && age <= oldestMs ? takenAt : undefined,
	};
}
