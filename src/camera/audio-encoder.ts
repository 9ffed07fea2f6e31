import { clamp } from "./encoder.ts";
import { refused } from "./errors.ts";
import { checkMulticast } from "./multicast.ts";
import type { AudioSettings, CameraSettings, Range } from "./settings.ts";
import type { AudioEncoderConfiguration, AudioEncoding } from "./types.ts";

/** What goes together in one encoding: any bit rate with any sample rate (Media spec, `tt:AudioEncoderConfigurationOption`). */
export interface AudioEncodingOption {
	readonly encoding: AudioEncoding;
	readonly bitratesKbit: readonly number[];
	readonly sampleRatesKHz: readonly number[];
}

/** What an audio encoder configuration may be set to. */
export interface AudioEncoderOptions {
	readonly encodings: readonly AudioEncodingOption[];
	/** RTSP session timeout, seconds. */
	readonly sessionTimeout: Range;
	/** The engine can send to a multicast group without being asked over RTSP. */
	readonly multicast: boolean;
}

/** AAC's are those that Debian's encoders keep to with one channel: below 16 kHz they silently take fewer bits. */
const encodings: readonly AudioEncodingOption[] = [
	{ encoding: "G711", bitratesKbit: [64], sampleRatesKHz: [8] },
	{
		encoding: "AAC",
		bitratesKbit: [16, 24, 32, 48, 64, 96],
		sampleRatesKHz: [16, 32, 48],
	},
];

/** Offered is what is done when a client asks for it. */
export function audioEncoderOptions({
	limits: { sessionTimeout, multicast },
	audio,
}: Pick<CameraSettings, "limits" | "audio">): AudioEncoderOptions {
	return { encodings: offered(audio), sessionTimeout, multicast };
}

function offered(
	audio: AudioSettings | undefined,
): readonly AudioEncodingOption[] {
	if (audio?.fixed) {
		const { encoding, bitrateKbit, sampleRateKHz } = audio;
		return [
			{
				encoding,
				bitratesKbit: [bitrateKbit],
				sampleRatesKHz: [sampleRateKHz],
			},
		];
	}
	return encodings.filter(
		({ encoding }) =>
			encoding === audio?.encoding || !audio?.notEncoded?.includes(encoding),
	);
}

/** A wanted configuration, its session timeout brought into range. What cannot be had is refused (SetAudioEncoderConfiguration, ter:ConfigModify). */
export function adaptAudioEncoder(
	wanted: AudioEncoderConfiguration,
	options: AudioEncoderOptions,
): AudioEncoderConfiguration {
	const { encoding, bitrateKbit, sampleRateKHz } = wanted;
	const option = options.encodings.find((one) => one.encoding === encoding);
	if (option === undefined)
		throw refused(`encoding ${encoding} is not offered`);
	const { bitratesKbit, sampleRatesKHz } = option;
	if (!sampleRatesKHz.includes(sampleRateKHz))
		throw refused(
			`${encoding} has sample rates of ${sampleRatesKHz.join(", ")} kHz, not ${sampleRateKHz}`,
		);
	if (!bitratesKbit.includes(bitrateKbit))
		throw refused(
			`${encoding} has bit rates of ${bitratesKbit.join(", ")} kbit/s, not ${bitrateKbit}`,
		);
	checkMulticast(wanted.multicast, options.multicast);
	return {
		...wanted,
		sessionTimeout: clamp(wanted.sessionTimeout, options.sessionTimeout),
	};
}
