import type { Range } from "./settings.ts";
import type {
	AudioDecoderConfiguration,
	AudioOutputConfiguration,
	Profile,
	Token,
} from "./types.ts";

export const outputToken: Token = "audio-output";
const outputConfigurationToken: Token = "audio-output-config";
const decoderToken: Token = "audio-decoder";

/** Percent of full volume. */
export const outputLevels: Range = { min: 0, max: 100 };

interface AudioOutputState {
	readonly audioOutputConfigurations: readonly AudioOutputConfiguration[];
	readonly audioDecoderConfigurations: readonly AudioDecoderConfiguration[];
}

/** The part of a state that a camera without loudspeaker has. */
export const noAudioOutput: AudioOutputState = {
	audioOutputConfigurations: [],
	audioDecoderConfigurations: [],
};

/** What a ready profile of a camera with a loudspeaker refers to. */
export const audioOutputOfProfile = {
	audioOutputConfiguration: outputConfigurationToken,
	audioDecoderConfiguration: decoderToken,
} satisfies Partial<Profile>;

/** The configurations before any client changed them. */
export const readyAudioOutput: AudioOutputState = {
	audioOutputConfigurations: [
		{
			token: outputConfigurationToken,
			name: "Audio output",
			outputToken,
			outputLevel: outputLevels.max,
		},
	],
	audioDecoderConfigurations: [{ token: decoderToken, name: "Audio decoder" }],
};

/** The audio output configuration through which viewers of a profile may talk; undefined where they may not. */
export function audioOutputOf(profile: Profile): Token | undefined {
	return profile.audioDecoderConfiguration === undefined
		? undefined
		: profile.audioOutputConfiguration;
}
