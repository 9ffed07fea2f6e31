import type { StreamDescription, TrackMedia } from "../types.ts";

/** Of every encoding of pictures (RFC 3551, 5). */
export const videoClockRate = 90_000;
/** A group of pictures of 2 Mbit/s and eight seconds. */
export const groupOfPicturesOctets = 2 * 1024 * 1024;

/**
 * What a stream has to know of its encoding: how packets become frames, which frames a decoder can start at, and how
 * SDP describes them. One object serves one stream, since it learns from that stream's frames.
 */
export interface StreamFormat {
	readonly media: TrackMedia;
	/** RTP ticks a second. */
	readonly clockRate: number;
	/** Frames from the latest key frame on are kept up to so many octets, for whoever joins; 0 for none. */
	readonly cacheOctets: number;
	/** Several frames may bear one timestamp: parts of one piece of sound, each sent as it comes. */
	readonly timestampsRepeat?: boolean;
	/** Whether a packet is the last of its frame. */
	endsFrame(packet: Buffer): boolean;
	/** Whether a decoder can start at the frame of these packets. What SDP says is learnt from them. */
	inspect(packets: readonly Buffer[]): boolean;
	/** Undefined until it is known. What is known without any frame is there from the start. */
	readonly description: StreamDescription | undefined;
	/** The next frame comes from another run of the encoder: what was learnt from frames no longer holds. */
	restart(): void;
}
