import assert from "node:assert/strict";
import type { End } from "../../src/media/upkeep.ts";

/** One life that a test ends. */
export interface Life {
	readonly signal: AbortSignal;
	/** Gives its users this; undefined takes it away. */
	readonly have: (value: string | undefined) => void;
	end(how?: End): void;
	fail(error: unknown): void;
}

/** All the lives of something that is kept up, in the order in which they began. */
export class Lives {
	readonly all: Life[] = [];
	/** How many go on now: never more than one. */
	#going = 0;

	readonly live = async (
		signal: AbortSignal,
		have: (value: string | undefined) => void = () => {},
	): Promise<End> => {
		this.#going += 1;
		assert.equal(this.#going, 1, "one life at a time");
		try {
			return await new Promise<End>((resolve, reject) => {
				const end = (how: End = {}) => resolve(how);
				this.all.push({ signal, have, end, fail: reject });
			});
		} finally {
			this.#going -= 1;
		}
	};

	get began(): number {
		return this.all.length;
	}

	get last(): Life {
		const last = this.all.at(-1);
		assert.ok(last, "nothing began");
		return last;
	}
}
