import type { Fragment } from "./types.ts";

/** A group of pictures of 2 Mbit/s and eight seconds, as the hub keeps it. */
const maxOctets = 2 * 1024 * 1024;

/** The fragments since the latest key frame, so that whoever joins sees a picture at once. What is too long for it is not kept: who joins then waits for the next. */
export class FragmentCache {
	#fragments: Fragment[] = [];
	#octets = 0;

	get empty(): boolean {
		return this.#fragments.length === 0;
	}

	get fragments(): readonly Fragment[] {
		return this.#fragments;
	}

	add(fragment: Fragment): void {
		if (fragment.key) this.clear();
		else if (this.empty) return;
		this.#octets += fragment.data.length;
		if (this.#octets > maxOctets) this.clear();
		else this.#fragments.push(fragment);
	}

	clear(): void {
		this.#fragments = [];
		this.#octets = 0;
	}
}
