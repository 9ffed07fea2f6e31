/** What a player tells of itself: nothing to see yet, a picture that moves, or why there is none. */
export type PlayerState =
	| { readonly kind: "loading"; readonly words?: string }
	| { readonly kind: "playing"; readonly sound?: boolean }
	| { readonly kind: "trouble"; readonly words: string };

export interface Player {
	/** To be shown. */
	readonly element: HTMLVideoElement | HTMLImageElement;
	/** Seconds from now to what is shown, as far as the player can tell. */
	readonly behind?: () => number | undefined;
	/** Lets the stream go. */
	stop(): void;
}

export type Tell = (state: PlayerState) => void;

/** A way to watch: what it is called, and what makes it go. */
export interface Way {
	readonly key: "live" | "hls" | "mjpeg" | "still";
	readonly label: string;
	readonly hint: string;
	play(tell: Tell): Player | Promise<Player>;
}

export function videoElement(): HTMLVideoElement {
	const video = document.createElement("video");
	video.muted = true;
	video.playsInline = true;
	video.disableRemotePlayback = true;
	return video;
}

/** Does again what ended, in growing pauses, until it is stopped. */
export class Again {
	#timer: number | undefined;
	#pause = 1000;
	#stopped = false;

	/** All is well: the next pause is a short one. */
	well(): void {
		this.#pause = 1000;
	}

	later(what: () => void): void {
		if (this.#stopped) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(what, this.#pause);
		this.#pause = Math.min(8000, this.#pause * 2);
	}

	stop(): void {
		this.#stopped = true;
		clearTimeout(this.#timer);
	}

	get stopped(): boolean {
		return this.#stopped;
	}
}
