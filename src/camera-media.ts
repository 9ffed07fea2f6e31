import { randomBytes } from "node:crypto";
import { audioEncoderOf } from "./camera/audio.ts";
import { audioOutputOf } from "./camera/audio-output.ts";
import type { Camera } from "./camera/camera.ts";
import { encoderTokenOf } from "./camera/state.ts";
import { chainPlans } from "./chain-plans.ts";
import type { CameraConfig } from "./config/load.ts";
import type { AudioEngineOptions } from "./media/audio/engine.ts";
import { GstreamerEngine } from "./media/gstreamer/engine.ts";
import { sourceAccess } from "./media/gstreamer/source-access.ts";
import { Hub, type ProfileLookup } from "./media/hub.ts";
import { originalStreamToken } from "./media/relay/original.ts";
import type { Backchannel, GroupAddress, Plan } from "./media/types.ts";
import { withChains } from "./media/v4l2-chain/with-chains.ts";
import { osdPlans } from "./osd-plans.ts";
import type { Clock } from "./system/clock.ts";
import type { Log } from "./system/log.ts";

/** The camera's hub, and the engine that follows what changes in the camera. */
export async function startMedia(
	config: CameraConfig,
	camera: Camera,
	clock: Clock,
	log: Log,
) {
	const talk = await loudspeaker(config, camera, clock, log);
	const hub = new Hub(streamsOf(config, camera, talk?.backchannel));
	const chains = chainPlans(config);
	const gstreamer = new GstreamerEngine({
		hub,
		device: sourceAccess(log),
		clock,
		log,
	});
	const pictures = await withChains(gstreamer, chains.size > 0, {
		hub,
		random: randomBytes,
		clock,
		log,
	});
	const relay = () => gstreamer.relay;
	const sound = config.audio && (await audioEngine({ hub, relay, clock, log }));
	const plan = planner(config, camera, chains);
	const apply = () => {
		pictures.apply(plan());
		sound?.apply(plan());
		talk?.apply();
	};
	apply();
	camera.onChanged(apply);
	return {
		hub,
		engine: {
			snapshot: (token: string) => pictures.snapshot(token),
			directUri: (token: string, host: string) =>
				pictures.directUri?.(token, host),
			check: async () => [
				...(await pictures.check()),
				...((await sound?.check()) ?? []),
				...((await talk?.check()) ?? []),
			],
			path: (token: string) => pictures.path(token),
			async stop() {
				await Promise.all([pictures.stop(), sound?.stop(), talk?.stop()]);
			},
		},
	};
}

/** The sounds that there are streams for: another camera's own video has its sound, whichever profiles carry it. */
function soundsOf({ source, audio }: CameraConfig, camera: Camera) {
	const original = source.kind === "rtsp" && source.original !== null;
	return original && audio?.input.kind === "camera"
		? camera.audioEncoderConfigurations
		: camera.audioEncoderConfigurationsInUse;
}

function streamsOf(
	config: CameraConfig,
	camera: Camera,
	backchannel: Backchannel | undefined,
): ProfileLookup {
	const { source, audio: sound } = config;
	return (token) => {
		const relayed =
			sound?.input.kind === "camera"
				? soundsOf(config, camera).map((c) => c.token)
				: [];
		const profile = camera.profile(token);
		const encoder = camera.videoEncoderConfiguration(
			profile?.videoEncoderConfiguration,
		);
		if (!profile && source.kind === "rtsp" && token === source.original)
			return {
				name: token,
				sessionTimeout: 60,
				streamTokens: [originalStreamToken, ...relayed],
			};
		if (!profile?.videoSourceConfiguration || !encoder) return undefined;
		const audio = audioEncoderOf(profile);
		return {
			name: profile.name,
			sessionTimeout: encoder.sessionTimeout,
			streamTokens: [encoder.token, ...(audio ? [audio] : [])],
			groups: groupsOf(camera),
			backchannel: audioOutputOf(profile) ? backchannel : undefined,
		};
	};
}

function groupsOf(camera: Camera): ReadonlyMap<string, GroupAddress> {
	const all = [
		...camera.videoEncoderConfigurations,
		...camera.audioEncoderConfigurations,
	];
	return new Map(all.map((one) => [one.token, camera.groupOf(one)]));
}

/** Who has no microphone need not load it. */
async function audioEngine(options: AudioEngineOptions) {
	const { AudioEngine } = await import("./media/audio/engine.ts");
	return new AudioEngine(options);
}

/** Who has no loudspeaker need not load it. */
async function loudspeaker(
	{ talk: sink }: CameraConfig,
	camera: Camera,
	clock: Clock,
	log: Log,
) {
	if (sink === undefined) return undefined;
	const { Loudspeaker } = await import("./media/talk/loudspeaker.ts");
	const { talkReadiness } = await import("./media/talk/readiness.ts");
	const level = () => camera.audioOutputs.configurations[0]?.outputLevel ?? 0;
	const backchannel = new Loudspeaker({ sink, level: level(), clock, log });
	return {
		backchannel,
		apply: () => backchannel.setLevel(level()),
		check: () => talkReadiness(sink),
		stop: () => backchannel.stop(),
	};
}

function planner(
	config: CameraConfig,
	camera: Camera,
	chains: ReturnType<typeof chainPlans>,
): () => Plan {
	const { width, height, frameRate } = camera.videoSource;
	const source =
		config.source.kind === "rtsp"
			? { ...config.source, sound: config.audio?.input.kind === "camera" }
			: config.source;
	const wanted = new Map(
		config.profiles.map((profile) => [
			encoderTokenOf(profile.token),
			profile.encoder === "auto" ? undefined : profile.encoder,
		]),
	);
	const osds = osdPlans(config);
	return () => ({
		capture: { source, width, height, frameRate },
		streams: camera.encoderConfigurationsInUse.map((encoder) => ({
			token: encoder.token,
			encoder,
			h264Encoder: wanted.get(encoder.token),
			chain: chains.get(encoder.token),
			osds: osds.get(encoder.token),
		})),
		audio: config.audio && {
			input: config.audio.input,
			streams: soundsOf(config, camera).map((encoder) => ({
				token: encoder.token,
				encoder,
			})),
		},
	});
}
