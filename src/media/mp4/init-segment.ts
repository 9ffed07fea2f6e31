import { box, fullBox, text, u16, u32 } from "./box.ts";
import type { Mp4Track } from "./track.ts";

/** Nothing is scaled or turned (ISO/IEC 14496-12, 8.2.2). */
const matrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const noTimes = u32(0, 0);
const undetermined = 0x55c4;
/** The samples are in the same file. */
const selfContained = 1;
const enabledInMovie = 3;

/** What comes before the first fragment: no sample, only what the tracks are (ISO/IEC 14496-12, 8.8). */
export function initSegment(tracks: readonly Mp4Track[]): Buffer {
	return Buffer.concat([
		box("ftyp", text("iso5"), u32(0), text("iso5iso6mp41")),
		box(
			"moov",
			movieHeader(tracks.length + 1),
			...tracks.map(track),
			box("mvex", ...tracks.map(({ id }) => trackExtends(id))),
		),
	]);
}

function movieHeader(nextTrackId: number): Buffer {
	return fullBox(
		"mvhd",
		0,
		0,
		noTimes,
		u32(1000, 0, 0x10000),
		u16(0x100, 0),
		u32(0, 0),
		matrix,
		Buffer.alloc(24),
		u32(nextTrackId),
	);
}

/** Every fragment says all of its samples by itself. */
function trackExtends(id: number): Buffer {
	return fullBox("trex", 0, 0, u32(id, 1, 0, 0, 0));
}

function track(it: Mp4Track): Buffer {
	return box("trak", trackHeader(it), media(it));
}

function trackHeader({ id, media, width, height }: Mp4Track): Buffer {
	return fullBox(
		"tkhd",
		0,
		enabledInMovie,
		noTimes,
		u32(id, 0, 0, 0, 0),
		u16(0, 0, media === "audio" ? 0x100 : 0, 0),
		matrix,
		u32(width * 0x10000, height * 0x10000),
	);
}

function media(it: Mp4Track): Buffer {
	const [handler, name, header] =
		it.media === "video"
			? ["vide", "video", fullBox("vmhd", 0, 1, u16(0, 0, 0, 0))]
			: ["soun", "audio", fullBox("smhd", 0, 0, u16(0, 0))];
	return box(
		"mdia",
		fullBox("mdhd", 0, 0, noTimes, u32(it.timescale, 0), u16(undetermined, 0)),
		fullBox(
			"hdlr",
			0,
			0,
			u32(0),
			text(`${handler}${"\0".repeat(12)}${name}\0`),
		),
		box(
			"minf",
			header,
			box(
				"dinf",
				fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, selfContained)),
			),
			sampleTable(it.sampleEntry),
		),
	);
}

function sampleTable(sampleEntry: Buffer): Buffer {
	const empty = u32(0);
	return box(
		"stbl",
		fullBox("stsd", 0, 0, u32(1), sampleEntry),
		fullBox("stts", 0, 0, empty),
		fullBox("stsc", 0, 0, empty),
		fullBox("stsz", 0, 0, u32(0, 0)),
		fullBox("stco", 0, 0, empty),
	);
}
