import type { RtpDescription } from "../types.ts";

/** What clients may say something in, and the elements that make sound of it. */
export interface TalkFormat extends RtpDescription {
	readonly elements: readonly [depayloader: string, decoder: string];
}

const g711 = {
	media: "audio",
	clockRate: 8000,
	channels: undefined,
	fmtp: undefined,
	bitrateKbit: 64,
} as const;

/** G.711 in both of its laws (RFC 3551, 4.5.14): every client has one of them. */
export const talkFormats: readonly TalkFormat[] = [
	{
		...g711,
		encodingName: "PCMU",
		payloadType: 0,
		elements: ["rtppcmudepay", "mulawdec"],
	},
	{
		...g711,
		encodingName: "PCMA",
		payloadType: 8,
		elements: ["rtppcmadepay", "alawdec"],
	},
];
