import { noMulticast } from "./multicast.ts";
import type { AudioSettings } from "./settings.ts";
import type {
	AudioEncoderConfiguration,
	AudioSource,
	AudioSourceConfiguration,
	Profile,
	Token,
} from "./types.ts";

const sourceToken: Token = "audio";
const sourceConfigurationToken: Token = "audio-source-config";
/** One for all profiles: however many carry sound, it is encoded once. */
const encoderToken: Token = "audio-encoder";

interface AudioState {
	readonly audioSourceConfigurations: readonly AudioSourceConfiguration[];
	readonly audioEncoderConfigurations: readonly AudioEncoderConfiguration[];
}

/** The part of a state that a camera without microphone has. */
export const noAudio: AudioState = {
	audioSourceConfigurations: [],
	audioEncoderConfigurations: [],
};

/** What a ready profile with sound refers to. */
export const audioOfProfile = {
	audioSourceConfiguration: sourceConfigurationToken,
	audioEncoderConfiguration: encoderToken,
} satisfies Partial<Profile>;

export function audioSourceOf(
	audio: AudioSettings | undefined,
): AudioSource | undefined {
	return audio && { token: sourceToken, channels: audio.channels };
}

/** The configurations as the owner wrote them down. */
export function readyAudio({
	encoding,
	bitrateKbit,
	sampleRateKHz,
}: Omit<AudioSettings, "channels">): AudioState {
	return {
		audioSourceConfigurations: [
			{ token: sourceConfigurationToken, name: "Audio source", sourceToken },
		],
		audioEncoderConfigurations: [
			{
				token: encoderToken,
				name: "Audio encoder",
				encoding,
				bitrateKbit,
				sampleRateKHz,
				multicast: noMulticast,
				sessionTimeout: 60,
			},
		],
	};
}

/** The audio encoder configuration whose sound goes with a profile's video; undefined for a profile that is silent or cannot be watched. */
export function audioEncoderOf(profile: Profile): Token | undefined {
	const complete =
		profile.videoSourceConfiguration !== undefined &&
		profile.videoEncoderConfiguration !== undefined &&
		profile.audioSourceConfiguration !== undefined;
	return complete ? profile.audioEncoderConfiguration : undefined;
}
