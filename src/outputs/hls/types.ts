/** A part of a segment, a resource of its own (RFC 8216bis, 4.4.4.9). */
export interface Part {
	/** File name. */
	readonly name: string;
	/** Seconds. */
	readonly duration: number;
	/** A player can start in it. */
	readonly independent: boolean;
	readonly data: Buffer;
}

interface SegmentHead {
	/** Media sequence number. */
	readonly number: number;
	/** File name. */
	readonly name: string;
	/** File name of its init segment. */
	readonly init: string;
	/** The encoder's settings are others than in the segment before. */
	readonly discontinuity: boolean;
	/** It begins with a key frame. */
	readonly independent: boolean;
	/** When its first picture was taken, milliseconds since 1970. */
	readonly takenAt: number;
	readonly parts: readonly Part[];
}

export interface Segment extends SegmentHead {
	/** Seconds. */
	readonly duration: number;
	/** All parts together. */
	readonly data: Buffer;
}

/** A segment that still grows: its finished parts. */
export interface OpenSegment extends SegmentHead {
	readonly data?: undefined;
}
