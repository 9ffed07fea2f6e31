import { known, replaced } from "./configurations.ts";
import { refused } from "./errors.ts";
import type { StateKeeper } from "./keeper.ts";
import type { Range } from "./settings.ts";
import type {
	AudioDecoderConfiguration,
	AudioOutput,
	AudioOutputConfiguration,
	Profile,
	Token,
} from "./types.ts";

const outputToken: Token = "audio-output";
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

/** What clients can say something through; `undefined` as output where there is no loudspeaker. */
export class AudioOutputs {
	readonly output: AudioOutput | undefined;
	readonly #keeper: StateKeeper;

	constructor(there: boolean, keeper: StateKeeper) {
		this.output = there ? { token: outputToken } : undefined;
		this.#keeper = keeper;
	}

	get configurations(): readonly AudioOutputConfiguration[] {
		return this.#keeper.state.audioOutputConfigurations;
	}

	get decoders(): readonly AudioDecoderConfiguration[] {
		return this.#keeper.state.audioDecoderConfigurations;
	}

	configuration(
		token: Token | undefined,
	): AudioOutputConfiguration | undefined {
		return this.configurations.find((c) => c.token === token);
	}

	decoder(token: Token | undefined): AudioDecoderConfiguration | undefined {
		return this.decoders.find((c) => c.token === token);
	}

	/** Name and level can be set. Rejects with ConfigModify for another output, or a level that is none. */
	setConfiguration(wanted: AudioOutputConfiguration): Promise<void> {
		return this.#keeper.change((state) => {
			const list = state.audioOutputConfigurations;
			const current = known(list, wanted.token);
			if (wanted.outputToken !== current.outputToken)
				throw refused("there is no such audio output");
			const { min, max } = outputLevels;
			const { name, outputLevel } = wanted;
			if (outputLevel < min || outputLevel > max)
				throw refused(`OutputLevel is not within ${min}-${max}`);
			const changed = { ...current, name, outputLevel };
			return { audioOutputConfigurations: replaced(list, current, changed) };
		});
	}

	/** Only the name can be set. */
	setDecoder({ token, name }: AudioDecoderConfiguration): Promise<void> {
		return this.#keeper.change((state) => {
			const list = state.audioDecoderConfigurations;
			const current = known(list, token);
			return {
				audioDecoderConfigurations: replaced(list, current, {
					...current,
					name,
				}),
			};
		});
	}
}

/** The audio output configuration through which viewers of a profile may talk; undefined where they may not. */
export function audioOutputOf(profile: Profile): Token | undefined {
	return profile.audioDecoderConfiguration === undefined
		? undefined
		: profile.audioOutputConfiguration;
}
