import { h, icon } from "./dom.ts";
import type { Player, PlayerState, Way } from "./player.ts";

/** A page that nobody looks at lets the camera rest after so long. */
const hiddenMs = 20_000;

/** What the camera says begins small; a path that it begins with stays as it is. */
function sentence(words = ""): string {
	return words.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** Where the picture is: plays one way at a time, and says what it does when there is nothing to see. */
export class Stage {
	readonly element: HTMLElement;
	readonly #frame = h("div", { class: "frame" });
	readonly #words = h("p", { role: "status" });
	readonly #sound = h("button", {
		class: "tool",
		title: "Sound",
		hidden: true,
		click: () => this.#toggleSound(),
	});
	readonly #still = h(
		"a",
		{ class: "tool", title: "Save a picture" },
		icon("still"),
	);
	#player: Player | undefined;
	#way: Way | undefined;
	/** Counts what was asked for, so that what comes late is known as such. */
	#turn = 0;
	#hidden: number | undefined;
	readonly #onVisibility = () => this.#visibility();

	constructor() {
		this.element = h(
			"section",
			{ class: "stage", "data-state": "loading" },
			this.#frame,
			h(
				"div",
				{ class: "veil" },
				h("span", { class: "spinner" }),
				icon("warn"),
				this.#words,
			),
			h(
				"div",
				{ class: "tools" },
				this.#sound,
				this.#still,
				h(
					"button",
					{
						class: "tool",
						title: "Full screen",
						click: () => this.#fullScreen(),
					},
					icon("full"),
				),
			),
		);
		document.addEventListener("visibilitychange", this.#onVisibility);
	}

	get behind(): number | undefined {
		return this.#player?.behind?.();
	}

	/** Shows a picture of this width and height, by this way. */
	show(
		way: Way,
		picture: {
			width: number;
			height: number;
			snapshot: string;
			token: string;
		},
	): void {
		this.#way = way;
		this.#frame.style.setProperty(
			"--ratio",
			`${picture.width} / ${picture.height}`,
		);
		this.#still.href = picture.snapshot;
		this.#still.download = `${picture.token}.jpg`;
		this.restart();
	}

	/** From the beginning, such as when the camera is back. */
	restart(): void {
		void this.#play();
	}

	/** Tells of trouble that the player cannot see. */
	trouble(words: string): void {
		this.#tell({ kind: "trouble", words });
	}

	close(): void {
		document.removeEventListener("visibilitychange", this.#onVisibility);
		clearTimeout(this.#hidden);
		this.#leave();
	}

	async #play(): Promise<void> {
		this.#leave();
		const way = this.#way;
		const turn = this.#turn;
		if (!way) return;
		this.#tell({ kind: "loading" });
		this.#sound.hidden = true;
		const player = await way.play((state) => {
			if (turn === this.#turn) this.#tell(state);
		});
		if (turn !== this.#turn) {
			player.stop();
			return;
		}
		this.#player = player;
		this.#showSound();
		this.#frame.replaceChildren(player.element);
	}

	#leave(): void {
		this.#turn++;
		this.#player?.stop();
		this.#player = undefined;
	}

	#tell(state: PlayerState): void {
		if (state.kind === "playing") this.#sound.hidden = !state.sound;
		this.element.dataset.state = state.kind;
		this.#words.textContent =
			state.kind === "playing" ? "" : sentence(state.words);
	}

	#visibility(): void {
		clearTimeout(this.#hidden);
		if (document.hidden)
			this.#hidden = setTimeout(() => this.#leave(), hiddenMs);
		else if (!this.#player) this.restart();
	}

	#toggleSound(): void {
		const element = this.#player?.element;
		if (element instanceof HTMLVideoElement) element.muted = !element.muted;
		this.#showSound();
	}

	#showSound(): void {
		const element = this.#player?.element;
		const muted = !(element instanceof HTMLVideoElement) || element.muted;
		this.#sound.replaceChildren(icon(muted ? "muted" : "sound"));
	}

	#fullScreen(): void {
		if (document.fullscreenElement) void document.exitFullscreen();
		else void this.element.requestFullscreen?.();
	}
}
