import type { AudioEncoderOptions } from "../../camera/audio-encoder.ts";
import type { Camera } from "../../camera/camera.ts";
import type {
	AudioEncoderConfiguration,
	AudioSourceConfiguration,
	Profile,
} from "../../camera/types.ts";
import type * as tt from "../../soap/schema/generated/tt.ts";
import { formatDuration } from "../../soap/time.ts";
import { multicastOut } from "./multicast-out.ts";

/** A profile's sound, as far as it has any. */
export function audioPartsOut(
	camera: Camera,
	profile: Profile,
): Pick<tt.Profile, "AudioSourceConfiguration" | "AudioEncoderConfiguration"> {
	const source = camera.audioSourceConfiguration(
		profile.audioSourceConfiguration,
	);
	const encoder = camera.audioEncoderConfiguration(
		profile.audioEncoderConfiguration,
	);
	return {
		...(source && {
			AudioSourceConfiguration: audioSourceConfigurationOut(camera, source),
		}),
		...(encoder && {
			AudioEncoderConfiguration: audioEncoderConfigurationOut(camera, encoder),
		}),
	};
}

export function audioSourceConfigurationOut(
	camera: Camera,
	{ token, name, sourceToken }: AudioSourceConfiguration,
): tt.AudioSourceConfiguration {
	return {
		token,
		Name: name,
		UseCount: camera.useCount("audioSourceConfiguration", token),
		SourceToken: sourceToken,
	};
}

export function audioEncoderConfigurationOut(
	camera: Camera,
	c: AudioEncoderConfiguration,
): tt.AudioEncoderConfiguration {
	return {
		token: c.token,
		Name: c.name,
		UseCount: camera.useCount("audioEncoderConfiguration", c.token),
		Encoding: c.encoding,
		Bitrate: c.bitrateKbit,
		SampleRate: c.sampleRateKHz,
		Multicast: multicastOut(c.multicast),
		SessionTimeout: formatDuration(c.sessionTimeout * 1000),
	};
}

export function audioEncoderOptionsOut({
	encodings,
}: AudioEncoderOptions): tt.AudioEncoderConfigurationOptions {
	return {
		Options: encodings.map(({ encoding, bitratesKbit, sampleRatesKHz }) => ({
			Encoding: encoding,
			BitrateList: { Items: bitratesKbit },
			SampleRateList: { Items: sampleRatesKHz },
		})),
	};
}
