import type { OpenSegment, Part, Segment } from "./types.ts";

export interface PlaylistContents {
	/** At least one. */
	readonly segments: readonly Segment[];
	readonly open: OpenSegment | undefined;
	/** Discontinuities before the first segment. */
	readonly discontinuities: number;
	/** Seconds, whole: no segment is longer by half a second or more. */
	readonly targetDuration: number;
	/** Seconds. */
	readonly partTarget: number;
	/** What will be fetched next. */
	readonly nextPart: string;
}

/** The parts of so many finished segments are listed: older ones are of use to no player (RFC 8216bis, 4.4.4.9). */
const withParts = 3;
/** Players stay three parts behind the end (RFC 8216bis, 4.4.3.8). */
const holdBackParts = 3;

/** A live media playlist with parts, for players with and without low latency (RFC 8216bis, 4). */
export function writePlaylist(contents: PlaylistContents): string {
	const { segments, open, targetDuration, partTarget, nextPart } = contents;
	const holdBack = seconds(holdBackParts * partTarget);
	const all: readonly (Segment | OpenSegment)[] = open
		? [...segments, open]
		: segments;
	const lines = [
		"#EXTM3U",
		"#EXT-X-VERSION:9",
		`#EXT-X-TARGETDURATION:${targetDuration}`,
		`#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${holdBack}`,
		`#EXT-X-PART-INF:PART-TARGET=${seconds(partTarget)}`,
		`#EXT-X-MEDIA-SEQUENCE:${all[0]?.number ?? 0}`,
		`#EXT-X-DISCONTINUITY-SEQUENCE:${contents.discontinuities}`,
		...(all.every(({ independent }) => independent)
			? ["#EXT-X-INDEPENDENT-SEGMENTS"]
			: []),
	];
	let init = "";
	for (const [i, segment] of all.entries()) {
		if (segment.discontinuity) lines.push("#EXT-X-DISCONTINUITY");
		if (segment.init !== init) lines.push(`#EXT-X-MAP:URI="${segment.init}"`);
		init = segment.init;
		lines.push(...segmentLines(segment, segments.length - i <= withParts));
	}
	lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${nextPart}"`);
	return `${lines.join("\n")}\n`;
}

function segmentLines(
	segment: Segment | OpenSegment,
	partsToo: boolean,
): string[] {
	return [
		`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.takenAt).toISOString()}`,
		...(partsToo ? segment.parts.map(partLine) : []),
		...(segment.data !== undefined
			? [`#EXTINF:${seconds(segment.duration)},`, segment.name]
			: []),
	];
}

function partLine({ name, duration, independent }: Part): string {
	const start = independent ? ",INDEPENDENT=YES" : "";
	return `#EXT-X-PART:DURATION=${seconds(duration)},URI="${name}"${start}`;
}

function seconds(value: number): string {
	return value.toFixed(5).replace(/\.?0+$/, "");
}
