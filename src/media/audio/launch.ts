import type { AudioEncoderConfiguration } from "../../camera/types.ts";
import { audioPayloadType } from "../formats/audio.ts";
import {
	encoderSsrc,
	quiet,
	timed,
	toStdout,
} from "../gstreamer/launch-parts.ts";
import type { AudioInput } from "../types.ts";
import type { AacEncoder } from "./aac-encoders.ts";
import type { Law } from "./g711.ts";

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

function inG711(): string[] {
	return [
		"mulawenc",
		"!",
		"rtppcmupay",
		`ssrc=${encoderSsrc}`,
		`min-ptime=${packetNs}`,
		`max-ptime=${packetNs}`,
		...timed,
	];
}

function inAac(bitrateKbit: number, encoder: AacEncoder): string[] {
	return [
		"audioconvert",
		"!",
		encoder,
		`bitrate=${bitrateKbit * 1000}`,
		"!",
		"audio/mpeg,mpegversion=4,stream-format=raw",
		"!",
		"rtpmp4gpay",
		`pt=${audioPayloadType}`,
		`ssrc=${encoderSsrc}`,
		"mtu=1400",
	];
}

function resampled(sampleRateKHz: number): string[] {
	return [
		"audioconvert",
		"!",
		"audioresample",
		"!",
		`audio/x-raw,rate=${sampleRateKHz * 1000},channels=1`,
	];
}

/** Sound to RTP on stdout, each packet behind its length (RFC 4571). */
export function audioLine(
	input: LocalInput,
	{ encoding, sampleRateKHz, bitrateKbit }: AudioEncoderConfiguration,
	aacEncoder: AacEncoder = "voaacenc",
): string[] {
	const aac = encoding === "AAC";
	return [
		...quiet,
		...source(input, aac ? aacFrame : sampleRateKHz * 20),
		"!",
		...resampled(sampleRateKHz),
		"!",
		...(aac ? [...inAac(bitrateKbit, aacEncoder), ...timed] : inG711()),
		"!",
		...toStdout,
	];
}

/**
 * Octets of G.711 on stdin to AAC as `audioLine` gives it. Its RTP timestamps count the samples that it was given:
 * it keeps no time of its own.
 */
export function aacOfG711Line(
	{ format, decoder }: Law,
	{
		sampleRateKHz,
		bitrateKbit,
	}: Pick<AudioEncoderConfiguration, "sampleRateKHz" | "bitrateKbit">,
	aacEncoder: AacEncoder,
): string[] {
	return [
		...quiet,
		"fdsrc",
		"fd=0",
		"!",
		"rawaudioparse",
		`format=${format}`,
		"sample-rate=8000",
		"num-channels=1",
		"!",
		decoder,
		"!",
		...resampled(sampleRateKHz),
		"!",
		...inAac(bitrateKbit, aacEncoder),
		"!",
		...toStdout,
	];
}
