import { outputLevels, outputToken } from "./audio-output.ts";
import { known, replaced } from "./configurations.ts";
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
