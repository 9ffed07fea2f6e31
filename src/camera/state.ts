import { audioOfProfile, noAudio, readyAudio } from "./audio.ts";
import {
	audioOutputOfProfile,
	noAudioOutput,
	readyAudioOutput,
} from "./audio-output.ts";
import { defaultMulticast, noMulticast } from "./multicast.ts";
import { defaultScopes } from "./scopes.ts";
import type {
	AudioSettings,
	CameraSettings,
	ProfileSettings,
} from "./settings.ts";
import type {
	AudioDecoderConfiguration,
	AudioEncoderConfiguration,
	AudioOutputConfiguration,
	AudioSourceConfiguration,
	DiscoveryMode,
	Profile,
	Token,
	VideoEncoderConfiguration,
	VideoSourceConfiguration,
} from "./types.ts";

/** All that can change in a camera. Never written to: a change makes a new one. */
export interface CameraState {
	/** Grows with every change, also over restarts. */
	readonly revision: number;
	readonly discoveryMode: DiscoveryMode;
	readonly configurableScopes: readonly string[];
	readonly profiles: readonly Profile[];
	readonly videoSourceConfigurations: readonly VideoSourceConfiguration[];
	readonly videoEncoderConfigurations: readonly VideoEncoderConfiguration[];
	/** None for a camera without microphone. */
	readonly audioSourceConfigurations: readonly AudioSourceConfiguration[];
	readonly audioEncoderConfigurations: readonly AudioEncoderConfiguration[];
	/** None for a camera without loudspeaker. */
	readonly audioOutputConfigurations: readonly AudioOutputConfiguration[];
	readonly audioDecoderConfigurations: readonly AudioDecoderConfiguration[];
}

export const videoSourceConfigurationToken: Token = "video-source-config";

/** The encoder configuration that comes with a ready profile. */
export function encoderTokenOf(profileToken: Token): Token {
	return `${profileToken}-encoder`;
}

/** The camera as its owner configured it, before any client changed anything. */
export function initialState(settings: CameraSettings): CameraState {
	return {
		revision: 1,
		discoveryMode: settings.discoveryMode ?? "Discoverable",
		configurableScopes: defaultScopes(settings),
		profiles: settings.profiles.map((profile) =>
			readyProfile(profile, settings),
		),
		videoSourceConfigurations: [wholePicture(settings)],
		videoEncoderConfigurations: settings.profiles
			.map(readyEncoder)
			.map((encoder) => withGroup(encoder, settings)),
		...(settings.audio ? audioState(settings, settings.audio) : noAudio),
		...(settings.audioOutput ? readyAudioOutput : noAudioOutput),
	};
}

function audioState(settings: CameraSettings, audio: AudioSettings) {
	const { audioEncoderConfigurations, ...rest } = readyAudio(audio);
	return {
		...rest,
		audioEncoderConfigurations: audioEncoderConfigurations.map((encoder) =>
			withGroup(encoder, settings),
		),
	};
}

function withGroup<T extends { readonly token: Token }>(
	encoder: T,
	{ identity }: CameraSettings,
): T {
	const multicast = defaultMulticast(identity.endpointReference, encoder.token);
	return { ...encoder, multicast };
}

function readyProfile(
	{ token, name, audio: wanted = true }: ProfileSettings,
	{ audio, audioOutput }: CameraSettings,
): Profile {
	return {
		token,
		name,
		fixed: true,
		videoSourceConfiguration: videoSourceConfigurationToken,
		videoEncoderConfiguration: encoderTokenOf(token),
		...(audio && wanted && audioOfProfile),
		...(audioOutput && wanted && audioOutputOfProfile),
	};
}

function wholePicture({
	videoSource,
}: CameraSettings): VideoSourceConfiguration {
	const { token, width, height } = videoSource;
	return {
		token: videoSourceConfigurationToken,
		name: "Video source",
		sourceToken: token,
		bounds: { x: 0, y: 0, width, height },
	};
}

/** The encoder configuration of a ready profile, as its owner wrote it down. */
export function readyEncoder(
	profile: ProfileSettings,
): VideoEncoderConfiguration {
	const { name, encoding, width, height, quality, frameRate } = profile;
	const { bitrateKbit, govLength, h264Profile } = profile;
	return {
		token: encoderTokenOf(profile.token),
		name,
		encoding,
		width,
		height,
		quality,
		frameRate,
		encodingInterval: 1,
		bitrateKbit,
		govLength,
		h264Profile,
		multicast: noMulticast,
		sessionTimeout: 60,
	};
}
