/** What the init segment says of one track. */
export interface Mp4Track {
	/** From 1 on. */
	readonly id: number;
	readonly media: "video" | "audio";
	/** Ticks a second, of decode times and durations. */
	readonly timescale: number;
	/** For MIME's `codecs` (RFC 6381). */
	readonly codec: string;
	/** The box in `stsd`. */
	readonly sampleEntry: Buffer;
	/** Pixels; 0 for sound. */
	readonly width: number;
	readonly height: number;
}

/** What Media Source Extensions are told: container and codecs. */
export function mimeType(tracks: readonly Mp4Track[]): string {
	const codecs = tracks.map(({ codec }) => codec).join(",");
	return `video/mp4; codecs="${codecs}"`;
}
