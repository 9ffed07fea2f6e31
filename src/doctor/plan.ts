import { readyAudio } from "../camera/audio.ts";
import { encoderTokenOf, readyEncoder } from "../camera/state.ts";
import { videoSourceOf } from "../camera/video-source.ts";
import type { Config } from "../config/load.ts";
import type { DeviceAccess } from "../media/gstreamer/capture.ts";
import type { MediaSource, Plan } from "../media/types.ts";
import { osdPlans } from "../osd-plans.ts";

/** What the service would have GStreamer make of the configuration; each stream bears its profile's token. */
export function planOf(
	{ profiles, source: configured, audio }: Config,
	source: MediaSource = configured,
): Plan {
	const { width, height, frameRate } = videoSourceOf(profiles);
	const osds = osdPlans({ profiles });
	return {
		capture: { source, width, height, frameRate },
		streams: profiles
			.filter(({ engine }) => engine === "gstreamer")
			.map((profile) => ({
				token: profile.token,
				encoder: readyEncoder(profile),
				h264Encoder: profile.encoder === "auto" ? undefined : profile.encoder,
				osds: osds.get(encoderTokenOf(profile.token)),
			})),
		audio: audio && {
			input: audio.input,
			streams: readyAudio(audio).audioEncoderConfigurations.map((encoder) => ({
				token: encoder.token,
				encoder,
			})),
		},
	};
}

/** For media that are tried without the camera, which may be in use, or missing. */
export const noDevice: DeviceAccess = {
	mode: () => Promise.resolve(undefined),
	explain: () => Promise.resolve(undefined),
	whenBack: () => Promise.resolve(),
};
