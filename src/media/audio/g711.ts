import type { RtpDescription } from "../types.ts";

/** One of G.711's laws, in GStreamer's words. */
export interface Law {
	/** As `rawaudioparse` names it. */
	readonly format: string;
	/** Element. */
	readonly decoder: string;
}

export const muLaw: Law = { format: "mulaw", decoder: "mulawdec" };
const aLaw: Law = { format: "alaw", decoder: "alawdec" };

const laws: ReadonlyMap<string, Law> = new Map([
	["PCMU", muLaw],
	["PCMA", aLaw],
]);

/** The law of sound that is G.711 of one channel and 8 kHz (RFC 3551, 4.5.14); undefined for all other. */
export function lawOf({
	encodingName,
	clockRate,
	channels = 1,
}: RtpDescription): Law | undefined {
	return clockRate === 8000 && channels === 1
		? laws.get(encodingName)
		: undefined;
}
