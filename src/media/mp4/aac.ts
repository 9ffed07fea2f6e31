import type { RtpDescription } from "../types.ts";
import { box, fullBox, u8, u16, u32 } from "./box.ts";
import type { Mp4Track } from "./track.ts";

const lowComplexity = 2;
/** The samples that a frame stands for. */
export const aacFrameTicks = 1024;
/** Descriptor tags (ISO/IEC 14496-1, 7.2.2.1). */
const elementaryStream = 3;
const decoderConfiguration = 4;
const decoderSpecific = 5;
const syncLayer = 6;
/** MPEG-4 audio; an audio stream going down (ISO/IEC 14496-1, 7.2.6.6). */
const mpeg4Audio = 0x40;
const audioStream = 0x15;
/** The sync layer is the file format's (ISO/IEC 14496-1, 7.3.2.3). */
const predefinedMp4 = 2;

/**
 * A frame in which nothing is heard, by its channels (ISO/IEC 14496-3, 4.4.2.1): one element whose channels have no
 * scale factor band at all (`max_sfb` 0), and ID_END.
 */
const silentFrames: ReadonlyMap<number, Buffer> = new Map([
	[1, Buffer.from("00000007", "hex")],
	[2, Buffer.from("2000000000000e", "hex")],
]);

/** What is heard of a track while its sound is missing; undefined where we know of no such frame. */
export function silentFrame({ fmtp = "" }: RtpDescription): Buffer | undefined {
	return silentFrames.get(channelsOf(configOf(fmtp)));
}

/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), empty for none. */
function configOf(fmtp: string): Buffer {
	const [, config = ""] = /(?:^|;)\s*config=([^;\s]*)/i.exec(fmtp) ?? [];
	return Buffer.from(config, "hex");
}

function channelsOf(config: Buffer): number {
	return ((config[1] ?? 0) >> 3) & 0xf;
}

/**
 * A track of what SDP describes as AAC-hbr (RFC 3640, 3.3.6). Undefined for all else, and for AAC that is not LC, whose
 * frames are of other lengths: browsers would play it out of time.
 */
export function aacTrack(
	id: number,
	{ encodingName, fmtp = "", clockRate }: RtpDescription,
): Mp4Track | undefined {
	const parameter = (name: string) =>
		new RegExp(`(?:^|;)\\s*${name}=([^;\\s]*)`, "i").exec(fmtp)?.[1];
	const sizes = ["sizelength", "indexlength", "indexdeltalength"].map(
		parameter,
	);
	const config = configOf(fmtp);
	const [first] = config;
	if (
		encodingName !== "MPEG4-GENERIC" ||
		parameter("mode")?.toLowerCase() !== "aac-hbr" ||
		sizes.join() !== "13,3,3" ||
		first === undefined ||
		config.length < 2 ||
		first >> 3 !== lowComplexity
	)
		return undefined;
	return {
		id,
		media: "audio",
		timescale: clockRate,
		codec: `mp4a.40.${lowComplexity}`,
		sampleEntry: audioSampleEntry(channelsOf(config), clockRate, config),
		width: 0,
		height: 0,
	};
}

/** ISO/IEC 14496-12, 12.2.3, and 14496-14, 5.6. */
function audioSampleEntry(
	channels: number,
	rate: number,
	config: Buffer,
): Buffer {
	return box(
		"mp4a",
		u16(0, 0, 0, 1),
		u32(0, 0),
		u16(channels, 16, 0, 0),
		// 16 bits before the point; what does not fit stands in the configuration.
		u32(rate > 0xffff ? 0 : rate * 0x10000),
		fullBox(
			"esds",
			0,
			0,
			descriptor(
				elementaryStream,
				u16(0),
				u8(0),
				descriptor(
					decoderConfiguration,
					u8(mpeg4Audio, audioStream, 0, 0, 0),
					u32(0, 0),
					descriptor(decoderSpecific, config),
				),
				descriptor(syncLayer, u8(predefinedMp4)),
			),
		),
	);
}

/** Shorter than 128 octets, all of them. */
function descriptor(tag: number, ...parts: readonly Buffer[]): Buffer {
	const body = Buffer.concat(parts);
	return Buffer.concat([u8(tag, body.length), body]);
}
