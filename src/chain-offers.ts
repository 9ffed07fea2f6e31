import {
	defaultEncoderLimits,
	type ProfileSettings,
} from "./camera/settings.ts";
import { encoderTokenOf } from "./camera/state.ts";
import { videoSourceOf } from "./camera/video-source.ts";
import { chainPlans } from "./chain-plans.ts";
import type { CameraConfig } from "./config/load.ts";
import { isReadable } from "./media/v4l2-chain/camera.ts";
import { offerOfDevice } from "./system/video-device-offer.ts";

/** The configured profiles, those with a chain narrowed to what that makes: ONVIF clients are offered nothing else. */
export async function withChainOffers({
	profiles,
	source,
}: Pick<CameraConfig, "profiles" | "source">): Promise<
	readonly ProfileSettings[]
> {
	const plans = chainPlans({ profiles, source });
	const wish = videoSourceOf(profiles);
	return Promise.all(
		profiles.map(async (profile): Promise<ProfileSettings> => {
			const plan = plans.get(encoderTokenOf(profile.token));
			if (!plan) return profile;
			const { bitrateKbit } = profile;
			return {
				...profile,
				// x264's profile in v4l2compress' hands, whatever the owner would like.
				h264Profile: "Baseline",
				offer: {
					limits: {
						...defaultEncoderLimits,
						h264Profiles: ["Baseline"],
						// live555 tells no larger one (RFC 2435, 3.1.5).
						jpegSide: 2040,
						// It keeps to none: the owner's guess is told, and cannot be set.
						bitrateKbit: { min: bitrateKbit, max: bitrateKbit },
					},
					source: await offerOfDevice(plan.camera, wish, isReadable),
				},
			};
		}),
	);
}
