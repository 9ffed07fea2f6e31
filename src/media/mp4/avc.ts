import type { PictureSize } from "../relay/sps.ts";
import { box, u8, u16, u32 } from "./box.ts";
import type { Mp4Track } from "./track.ts";

/** NAL units, without start codes or lengths. */
export interface AvcParameterSets {
	/** At least one. */
	readonly sps: readonly Buffer[];
	/** At least one. */
	readonly pps: readonly Buffer[];
}

/** High: chroma and bit depth follow in the record. It is always 4:2:0 (or grey) of eight bits. */
const high = 100;

/** A video track of H.264 (ISO/IEC 14496-15, 5.4.2). `timescale` is in ticks a second. */
export function avcTrack(
	id: number,
	timescale: number,
	sets: AvcParameterSets,
	size: PictureSize,
): Mp4Track {
	const profileAndLevel = sets.sps[0]?.toString("hex", 1, 4) ?? "";
	return {
		id,
		media: "video",
		timescale,
		codec: `avc1.${profileAndLevel.toUpperCase()}`,
		sampleEntry: visualSampleEntry(size, box("avcC", avcConfiguration(sets))),
		...size,
	};
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1), with lengths of four octets. */
export function avcConfiguration({ sps, pps }: AvcParameterSets): Buffer {
	const [first] = sps;
	if (!first) throw new Error("H.264 without a sequence parameter set");
	const sized = (unit: Buffer) => Buffer.concat([u16(unit.length), unit]);
	return Buffer.concat([
		u8(1),
		first.subarray(1, 4),
		u8(0xfc | 3, 0xe0 | sps.length),
		...sps.map(sized),
		u8(pps.length),
		...pps.map(sized),
		first[1] === high ? u8(0xfc | 1, 0xf8, 0xf8, 0) : u8(),
	]);
}

/** VisualSampleEntry (ISO/IEC 14496-12, 12.1.3): 72 dots an inch, no name, 24 bits. */
function visualSampleEntry(
	{ width, height }: PictureSize,
	configuration: Buffer,
): Buffer {
	return box(
		"avc1",
		u16(0, 0, 0, 1),
		Buffer.alloc(16),
		u16(width, height),
		u32(0x480000, 0x480000, 0),
		u16(1),
		Buffer.alloc(32),
		u16(0x18, 0xffff),
		configuration,
	);
}

export function sameSets(
	one: AvcParameterSets,
	other: AvcParameterSets,
): boolean {
	return sameUnits(one.sps, other.sps) && sameUnits(one.pps, other.pps);
}

function sameUnits(one: readonly Buffer[], other: readonly Buffer[]): boolean {
	return (
		one.length === other.length &&
		one.every((unit, i) => other[i]?.equals(unit) === true)
	);
}
