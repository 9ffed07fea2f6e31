import { addressList } from "./addresses.ts";
import { h, icon } from "./dom.ts";
import { encodingName, FrameRates, factList } from "./facts.ts";
import { recalled, remember } from "./memory.ts";
import { outputLists } from "./outputs.ts";
import type { OutputsStatus } from "./outputs-status.ts";
import type { Way } from "./player.ts";
import { logOut } from "./session.ts";
import { Stage } from "./stage.ts";
import type { CameraStatus, ProfileStatus } from "./status.ts";
import { waysOf } from "./ways.ts";

const pollMs = 2000;
const answerMs = 6000;
const noAnswer = "The camera does not answer.";

/** The page of somebody who is logged in: the picture, what can be chosen, and how the camera is. */
export class CameraView {
	readonly element: HTMLElement;
	readonly #leave: (words?: string) => void;
	readonly #stage = new Stage();
	readonly #rates = new FrameRates();
	readonly #title = h("h1", {}, "Camera");
	readonly #place = h("p", { class: "place" });
	readonly #version = h("footer");
	readonly #profiles = h("nav", { class: "choice", "aria-label": "Profile" });
	readonly #ways = h("nav", { class: "choice small", "aria-label": "Way" });
	readonly #facts = h("section", { class: "panel" });
	readonly #outputs = h("section", { class: "panel" });
	readonly #addresses = h("section", { class: "panel" });
	#status: CameraStatus | undefined;
	#chosen: { readonly token: string; readonly way: string } | undefined;
	/** What the choices and addresses were made of. */
	#drawn = "";
	#timer: number | undefined;
	#answering = true;
	#troubled = false;
	#closed = false;

	/** `leave` brings back the login. */
	constructor(leave: (words?: string) => void) {
		this.#leave = leave;
		this.element = h(
			"div",
			{ class: "camera" },
			h(
				"header",
				{},
				h("div", { class: "mark" }, icon("lens")),
				h("div", { class: "names" }, this.#title, this.#place),
				h("button", { class: "plain", click: () => this.#logOut() }, "Log out"),
			),
			h(
				"div",
				{ class: "watch" },
				this.#stage.element,
				h("div", { class: "choices" }, this.#profiles, this.#ways),
			),
			h(
				"aside",
				{},
				this.#facts,
				this.#outputs,
				this.#addresses,
				this.#version,
			),
		);
		void this.#poll();
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#timer);
		this.#stage.close();
	}

	async #logOut(): Promise<void> {
		await logOut().catch(() => undefined);
		this.#leave();
	}

	async #poll(): Promise<void> {
		if (!document.hidden || !this.#status) await this.#ask();
		if (!this.#closed) this.#timer = setTimeout(() => this.#poll(), pollMs);
	}

	async #ask(): Promise<void> {
		const [answer, outputs] = await Promise.all(
			["/status", "/outputs"].map((path) =>
				fetch(path, {
					headers: { "x-requested-with": "onvifd" },
					cache: "no-store",
					signal: AbortSignal.timeout(answerMs),
				}).catch(() => undefined),
			),
		);
		if (this.#closed) return;
		if (answer?.status === 401) return this.#leave("You are logged out.");
		const status: CameraStatus | undefined = answer?.ok
			? await answer.json().catch(() => undefined)
			: undefined;
		if (!status) {
			this.#answering = false;
			return this.#stage.trouble(noAnswer);
		}
		this.#take(status);
		if (outputs?.ok) await this.#takeOutputs(outputs);
		if (!this.#answering) this.#stage.restart();
		this.#answering = true;
	}

	#take(status: CameraStatus): void {
		this.#status = status;
		this.#rates.add(status);
		document.title = status.name;
		this.#title.textContent = status.name;
		this.#place.textContent = status.location;
		this.#version.textContent = `onvifd ${status.version}`;
		const profile = this.#profileNow();
		if (!profile) {
			this.#stage.trouble("This camera has no profile to watch.");
			return;
		}
		this.#draw(status, profile);
		const { token, trouble } = profile;
		const rate = this.#rates.of(token);
		this.#facts.replaceChildren(
			h("h2", {}, "Status"),
			factList(profile, rate, this.#stage.behind),
		);
		if (trouble !== undefined) this.#stage.trouble(trouble);
		else if (this.#troubled) this.#stage.restart();
		this.#troubled = trouble !== undefined;
	}

	async #takeOutputs(answer: Response): Promise<void> {
		const outputs: OutputsStatus | undefined = await answer
			.json()
			.catch(() => undefined);
		const { profiles = [] } = this.#status ?? {};
		const nameOf = (token: string) =>
			profiles.find((one) => one.token === token)?.name ?? token;
		if (outputs) this.#outputs.replaceChildren(...outputLists(outputs, nameOf));
	}

	/** The chosen one, else the one of last time, else the first. */
	#profileNow(): ProfileStatus | undefined {
		const profiles = this.#status?.profiles ?? [];
		const token = this.#chosen?.token ?? recalled("profile");
		return profiles.find((one) => one.token === token) ?? profiles[0];
	}

	/** What seldom changes; a picture of other size or encoding begins anew. */
	#draw(status: CameraStatus, profile: ProfileStatus): void {
		if (this.#drawing(status, profile) === this.#drawn) return;
		this.#choose(profile, this.#chosen?.way ?? recalled("way"));
	}

	#drawing({ profiles }: CameraStatus, { token }: ProfileStatus): string {
		const moving = { frames: 0, viewers: 0, trouble: "", path: "" };
		const lasting = profiles.map((profile) => ({ ...profile, ...moving }));
		return JSON.stringify([lasting, token]);
	}

	#choose(profile: ProfileStatus, wanted: string | undefined): void {
		const status = this.#status;
		if (!status) return;
		const ways = waysOf(profile);
		const way = ways.find(({ key }) => key === wanted) ?? ways[0];
		if (!way) return;
		this.#chosen = { token: profile.token, way: way.key };
		this.#drawn = this.#drawing(status, profile);
		this.#profiles.replaceChildren(
			...status.profiles.map((one) =>
				// The status may be a later one than that of the button which was pressed.
				this.#profileButton(one, one.token === profile.token),
			),
		);
		this.#ways.replaceChildren(
			...ways.map((one) => this.#wayButton(profile, one, one === way)),
		);
		this.#addresses.replaceChildren(
			h("h2", {}, "Addresses"),
			addressList(status, profile),
		);
		const { width, height, token, addresses } = profile;
		this.#stage.show(way, {
			width,
			height,
			token,
			snapshot: addresses.snapshot,
		});
	}

	#profileButton(profile: ProfileStatus, pressed: boolean): HTMLElement {
		const { name, encoding, width, height, token } = profile;
		return h(
			"button",
			{
				"aria-pressed": String(pressed),
				click: () => {
					remember("profile", token);
					this.#choose(profile, recalled("way"));
				},
			},
			h("b", {}, name),
			h("small", {}, `${encodingName[encoding]} ${width} × ${height}`),
		);
	}

	#wayButton(profile: ProfileStatus, way: Way, pressed: boolean): HTMLElement {
		return h(
			"button",
			{
				"aria-pressed": String(pressed),
				title: way.hint,
				click: () => {
					remember("way", way.key);
					this.#choose(profile, way.key);
				},
			},
			way.label,
		);
	}
}
