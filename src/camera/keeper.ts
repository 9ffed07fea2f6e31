import { isDeepStrictEqual } from "node:util";
import { CameraError } from "./errors.ts";
import type { CameraState } from "./state.ts";
import type { CameraStore } from "./store.ts";

export type StatePart = Exclude<keyof CameraState, "revision">;

/** The parts of the state that differ from what they were before. */
export type Changed = ReadonlySet<StatePart>;

/** Must not throw. */
export type ChangeListener = (changed: Changed) => void;

export type Change = (state: CameraState) => Partial<CameraState>;

/**
 * Holds the state. A change first reaches the disk, then becomes visible, then is told to the
 * listeners: it happens whole or not at all, and changes happen one after the other.
 */
export class StateKeeper {
	readonly #configured: CameraState;
	readonly #store: CameraStore;
	readonly #listeners = new Set<ChangeListener>();
	#state: CameraState;
	#last: Promise<void> = Promise.resolve();

	/** `configured` is what follows from the owner's configuration alone. */
	constructor(configured: CameraState, state: CameraState, store: CameraStore) {
		this.#configured = configured;
		this.#state = state;
		this.#store = store;
	}

	get state(): CameraState {
		return this.#state;
	}

	onChanged(listener: ChangeListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Rejects with what `change` throws, or with `CameraError` NotStored. */
	change(change: Change): Promise<void> {
		const done = this.#last.then(() => this.#apply(change));
		this.#last = done.catch(() => undefined);
		return done;
	}

	async #apply(change: Change): Promise<void> {
		const before = this.#state;
		const next = { ...before, ...change(before) };
		const changed = differences(before, next);
		if (changed.size === 0) return;
		const current = { ...next, revision: before.revision + 1 };
		try {
			await this.#store.save({ configured: this.#configured, current });
		} catch (error) {
			throw new CameraError(
				"NotStored",
				"the change could not be stored",
				error,
			);
		}
		this.#state = current;
		for (const listener of this.#listeners) listener(changed);
	}
}

const parts: readonly StatePart[] = [
	"discoveryMode",
	"configurableScopes",
	"profiles",
	"videoSourceConfigurations",
	"videoEncoderConfigurations",
	"audioSourceConfigurations",
	"audioEncoderConfigurations",
	"audioOutputConfigurations",
	"audioDecoderConfigurations",
];

function differences(before: CameraState, after: CameraState): Changed {
	return new Set(
		parts.filter((part) => !isDeepStrictEqual(before[part], after[part])),
	);
}
