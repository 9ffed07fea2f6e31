import type { AudioEncoderConfiguration } from "../../camera/types.ts";
import type * as tt from "../../soap/schema/generated/tt.ts";
import { configModify } from "../faults.ts";
import { multicastIn, secondsIn } from "./types-in.ts";

/** What a client wants of an audio encoder configuration. Throws ter:ConfigModify for what the camera model has no word for. */
export function audioEncoderConfigurationIn(
	wanted: tt.AudioEncoderConfiguration,
	current: AudioEncoderConfiguration,
): AudioEncoderConfiguration {
	if (wanted.Encoding === "G726")
		throw configModify("encoding G726 is not offered");
	return {
		token: wanted.token,
		name: wanted.Name,
		encoding: wanted.Encoding,
		bitrateKbit: wanted.Bitrate,
		sampleRateKHz: wanted.SampleRate,
		multicast: multicastIn(wanted.Multicast, current.multicast),
		sessionTimeout: secondsIn(wanted.SessionTimeout) ?? current.sessionTimeout,
	};
}
