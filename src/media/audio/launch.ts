import type { AudioEncoderConfiguration } from "../../camera/types.ts";
import { audioPayloadType } from "../formats/audio.ts";
import {
	encoderSsrc,
	quiet,
	timed,
	toStdout,
} from "../gstreamer/launch-parts.ts";
import type { AudioInput } from "../types.ts";

/** Encoders of AAC, best first: the second is nowhere in Debian, the third is libav's. */
export const aacEncoders = ["voaacenc", "fdkaacenc", "avenc_aac"] as const;
export type AacEncoder = (typeof aacEncoders)[number];

/** What of sound goes into one packet of G.711: as long as players expect (RFC 3551, 4.2). */
const packetNs = 20_000_000;
/** So much is read at a time. */
const readMicroseconds = 20_000;
const aacFrame = 1024;

export type LocalInput = Exclude<AudioInput, { kind: "camera" }>;

function source(input: LocalInput, samples: number): string[] {
	if (input.kind === "test")
		return [
			"audiotestsrc",
			"is-live=true",
			"wave=sine",
			"freq=440",
			"volume=0.2",
			`samplesperbuffer=${samples}`,
		];
	return [
		"alsasrc",
		`device=${input.device}`,
		// Time is the host's, as for the pictures; a sound card has a clock of its own.
		"provide-clock=false",
		`latency-time=${readMicroseconds}`,
	];
}

function encoded(
	{ encoding, bitrateKbit }: AudioEncoderConfiguration,
	aacEncoder: AacEncoder,
): string[] {
	if (encoding === "G711")
		return [
			"mulawenc",
			"!",
			"rtppcmupay",
			`ssrc=${encoderSsrc}`,
			`min-ptime=${packetNs}`,
			`max-ptime=${packetNs}`,
			...timed,
		];
	return [
		aacEncoder,
		`bitrate=${bitrateKbit * 1000}`,
		"!",
		"audio/mpeg,mpegversion=4,stream-format=raw",
		"!",
		"rtpmp4gpay",
		`pt=${audioPayloadType}`,
		`ssrc=${encoderSsrc}`,
		"mtu=1400",
		...timed,
	];
}

/** Sound to RTP on stdout, each packet behind its length (RFC 4571). */
export function audioLine(
	input: LocalInput,
	encoder: AudioEncoderConfiguration,
	aacEncoder: AacEncoder = "voaacenc",
): string[] {
	const rate = encoder.sampleRateKHz * 1000;
	const samples = encoder.encoding === "AAC" ? aacFrame : rate / 50;
	return [
		...quiet,
		...source(input, samples),
		"!",
		"audioconvert",
		"!",
		"audioresample",
		"!",
		`audio/x-raw,rate=${rate},channels=1`,
		"!",
		...(encoder.encoding === "AAC" ? ["audioconvert", "!"] : []),
		...encoded(encoder, aacEncoder),
		"!",
		...toStdout,
	];
}
