import type { Frame } from "./types.ts";

/** The frames since the latest key frame, so that whoever joins sees a picture at once. */
export class GopCache {
	#frames: Frame[] = [];
	#octets = 0;
	readonly #maxOctets: number;

	/** A group of pictures beyond `maxOctets` is not kept: its viewers wait for the next key frame. */
	constructor(maxOctets: number) {
		this.#maxOctets = maxOctets;
	}

	add(frame: Frame): void {
		if (this.#maxOctets === 0) return;
		if (frame.key) this.clear();
		else if (this.#frames.length === 0) return;
		this.#octets += frame.interleaved.length;
		if (this.#octets > this.#maxOctets) this.clear();
		else this.#frames.push(frame);
	}

	clear(): void {
		this.#frames = [];
		this.#octets = 0;
	}

	get latest(): Frame | undefined {
		return this.#frames.at(-1);
	}

	frames(): readonly Frame[] {
		return [...this.#frames];
	}
}
