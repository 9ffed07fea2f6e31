import type { AudioEncoderConfiguration } from "../../camera/types.ts";
import type { RtpDescription, StreamDescription } from "../types.ts";
import type { StreamFormat } from "./format.ts";

/** Beside video's 96. */
export const audioPayloadType = 97;

/**
 * Sound whose every RTP packet can be played by itself. What SDP says of it is settled before it begins, so that
 * nobody who asks has to wait for the microphone.
 */
export class AudioFormat implements StreamFormat {
	readonly media = "audio";
	readonly cacheOctets = 0;
	readonly description: StreamDescription;

	constructor(rtp: Omit<RtpDescription, "media">) {
		this.description = { ...rtp, media: "audio" };
	}

	get clockRate(): number {
		return this.description.clockRate;
	}

	endsFrame(): boolean {
		return true;
	}

	inspect(): boolean {
		return true;
	}

	restart(): void {}
}

/** ISO/IEC 14496-3, table 1.16, by kHz. */
const frequencyIndex: Readonly<Record<number, number>> = {
	8: 11,
	16: 8,
	32: 5,
	48: 3,
};
const lowComplexity = 2;

/** AudioSpecificConfig of AAC-LC with one channel (ISO/IEC 14496-3, 1.6.2.1), as `config` of RFC 3640, 4.1 has it. */
export function aacConfig(sampleRateKHz: number): string {
	const index = frequencyIndex[sampleRateKHz];
	if (index === undefined)
		throw new Error(`AAC has no frequency index for ${sampleRateKHz} kHz`);
	const bits = (lowComplexity << 11) | (index << 7) | (1 << 3);
	return bits.toString(16).padStart(4, "0");
}

export type AudioEncoding = Pick<
	AudioEncoderConfiguration,
	"encoding" | "bitrateKbit" | "sampleRateKHz"
>;

/** The format of what a configuration asks for: mu-law (RFC 3551, 4.5.14), or AAC-hbr (RFC 3640, 3.3.6), of one channel. */
export function audioFormat({
	encoding,
	bitrateKbit,
	sampleRateKHz,
}: AudioEncoding): AudioFormat {
	const common = { clockRate: sampleRateKHz * 1000, bitrateKbit };
	if (encoding === "G711")
		return new AudioFormat({
			...common,
			encodingName: "PCMU",
			payloadType: 0,
			channels: undefined,
			fmtp: undefined,
		});
	return new AudioFormat({
		...common,
		encodingName: "MPEG4-GENERIC",
		payloadType: audioPayloadType,
		channels: 1,
		fmtp: `streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=${aacConfig(sampleRateKHz)}`,
	});
}
