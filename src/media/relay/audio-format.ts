import type { StreamFormat } from "../formats/format.ts";
import type { StreamDescription } from "../types.ts";

/** Sound as another camera sends it: its producer says what it is, once it knows. */
export class RelayedAudioFormat implements StreamFormat {
	readonly media = "audio";
	readonly cacheOctets = 0;
	readonly timestampsRepeat = true;
	description: StreamDescription | undefined;

	/** No packet comes before the description does. */
	get clockRate(): number {
		return this.description?.clockRate ?? 8000;
	}

	endsFrame(): boolean {
		return true;
	}

	inspect(): boolean {
		return true;
	}

	/** The camera is the same one, and its sound most likely too. */
	restart(): void {}
}
