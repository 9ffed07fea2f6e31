import { outputLevels, outputToken } from "./audio-output.ts";
import { changed } from "./configurations.ts";
import { refused } from "./errors.ts";
import type { StateKeeper } from "./keeper.ts";
import type {
	AudioDecoderConfiguration,
	AudioOutput,
	AudioOutputConfiguration,
	Token,
} from "./types.ts";

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
		const { token, name, outputToken, outputLevel } = wanted;
		return this.#keeper.change(({ audioOutputConfigurations: list }) => ({
			audioOutputConfigurations: changed(list, token, (current) => {
				if (outputToken !== current.outputToken)
					throw refused("there is no such audio output");
				const { min, max } = outputLevels;
				if (outputLevel < min || outputLevel > max)
					throw refused(`OutputLevel is not within ${min}-${max}`);
				return { ...current, name, outputLevel };
			}),
		}));
	}

	/** Only the name can be set. */
	setDecoder({ token, name }: AudioDecoderConfiguration): Promise<void> {
		return this.#keeper.change(({ audioDecoderConfigurations: list }) => ({
			audioDecoderConfigurations: changed(list, token, (current) => ({
				...current,
				name,
			})),
		}));
	}
}
