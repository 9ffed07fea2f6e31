/** One frame as a fragment holds it. */
export interface Sample {
	/** Octets. */
	readonly size: number;
	/** A decoder can start here. */
	readonly key: boolean;
	/** Writes `size` octets. */
	write(target: Buffer, at: number): void;
}

export interface SampleTime {
	/** Ticks of the track's timescale, on its own timeline. */
	readonly decodeTime: number;
	/** Ticks. */
	readonly duration: number;
}

/** Sample flags (ISO/IEC 14496-12, 8.8.3.1): depends on no other; depends on others and is no sync sample. */
const independent = 0x2000000;
const dependent = 0x1010000;
const defaultBaseIsMoof = 0x20000;
const version1 = 0x1000000;
/** Data offset; and of each sample duration, size and flags. */
const runFlags = 0x701;
const two32 = 2 ** 32;

const words = {
	moof: 0x6d6f6f66,
	mfhd: 0x6d666864,
	traf: 0x74726166,
	tfhd: 0x74666864,
	tfdt: 0x74666474,
	trun: 0x7472756e,
	mdat: 0x6d646174,
};
const trafLength = 8 + 16 + 20 + 32;
const moofLength = 8 + 16 + trafLength;
const mdatHeader = 8;

/**
 * One sample as a fragment of its own, `moof` and `mdat` (ISO/IEC 14496-12, 8.8.4), so that it can leave at once.
 * It is written in place: a frame is copied once, from its packets to here.
 */
export function fragment(
	sequenceNumber: number,
	trackId: number,
	{ decodeTime, duration }: SampleTime,
	sample: Sample,
): Buffer {
	const { size, key } = sample;
	const out = Buffer.allocUnsafe(moofLength + mdatHeader + size);
	let at = 0;
	for (const word of [
		...[moofLength, words.moof],
		...[16, words.mfhd, 0, sequenceNumber],
		...[trafLength, words.traf],
		...[16, words.tfhd, defaultBaseIsMoof, trackId],
		...[20, words.tfdt, version1],
		...[Math.floor(decodeTime / two32), decodeTime % two32],
		...[32, words.trun, runFlags, 1, moofLength + mdatHeader],
		...[duration, size, key ? independent : dependent],
		...[mdatHeader + size, words.mdat],
	])
		at = out.writeUInt32BE(word >>> 0, at);
	sample.write(out, at);
	return out;
}
