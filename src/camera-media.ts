import { randomBytes } from "node:crypto";
import type { Camera } from "./camera/camera.ts";
import { encoderTokenOf } from "./camera/state.ts";
import { chainPlans } from "./chain-plans.ts";
import type { CameraConfig } from "./config/load.ts";
import { GstreamerEngine } from "./media/gstreamer/engine.ts";
import { sourceAccess } from "./media/gstreamer/source-access.ts";
import { Hub } from "./media/hub.ts";
import { originalStreamToken } from "./media/relay/original.ts";
import { withChains } from "./media/v4l2-chain/with-chains.ts";
import type { Clock } from "./system/clock.ts";
import type { Log } from "./system/log.ts";

/** The camera's hub, and the engine that follows what changes in the camera. */
export async function startMedia(
	config: CameraConfig,
	camera: Camera,
	clock: Clock,
	log: Log,
) {
	const { source } = config;
	const hub = new Hub((token) => {
		const profile = camera.profile(token);
		const encoder = camera.videoEncoderConfiguration(
			profile?.videoEncoderConfiguration,
		);
		if (!profile && source.kind === "rtsp" && token === source.original)
			return {
				name: token,
				sessionTimeout: 60,
				streamTokens: [originalStreamToken],
			};
		if (!profile?.videoSourceConfiguration || !encoder) return undefined;
		return {
			name: profile.name,
			sessionTimeout: encoder.sessionTimeout,
			streamTokens: [encoder.token],
		};
	});
	const chains = chainPlans(config);
	const engine = await withChains(
		new GstreamerEngine({ hub, device: sourceAccess(log), clock, log }),
		chains.size > 0,
		{ hub, random: randomBytes, clock, log },
	);
	const { width, height, frameRate } = camera.videoSource;
	const wanted = new Map(
		config.profiles.map((profile) => [
			encoderTokenOf(profile.token),
			profile.encoder === "auto" ? undefined : profile.encoder,
		]),
	);
	const apply = () =>
		engine.apply({
			capture: { source, width, height, frameRate },
			streams: camera.encoderConfigurationsInUse.map((encoder) => ({
				token: encoder.token,
				encoder,
				h264Encoder: wanted.get(encoder.token),
				chain: chains.get(encoder.token),
			})),
		});
	apply();
	camera.onChanged(apply);
	return { hub, engine };
}
