import { missingElement } from "../gstreamer/diagnose.ts";

/** Encoders of AAC, best first: the second is nowhere in Debian, the third is libav's. */
export const aacEncoders = ["voaacenc", "fdkaacenc", "avenc_aac"] as const;
export type AacEncoder = (typeof aacEncoders)[number];

/**
 * By so many samples what is decoded comes later than what was encoded: no element tells of it. Those of Debian's are
 * measured in test/media/audio/priming.test.ts; fdkaacenc's is what its library says of AAC-LC (`nDelay`).
 */
export const primingSamples: Readonly<Record<AacEncoder, number>> = {
	voaacenc: 1600,
	fdkaacenc: 2048,
	avenc_aac: 1024,
};

/** The best that GStreamer has here; an error for people where it has none. */
export function bestAacEncoder(known: ReadonlySet<string>): AacEncoder | Error {
	return (
		aacEncoders.find((name) => known.has(name)) ??
		new Error(missingElement(aacEncoders[0]))
	);
}
