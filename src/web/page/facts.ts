import { h, icon } from "./dom.ts";
import type { CameraStatus, ProfileStatus } from "./status.ts";

/** Frames a second of each profile, from what two answers count. */
export class FrameRates {
	#last: CameraStatus | undefined;
	#rates = new Map<string, number>();

	add(status: CameraStatus): void {
		const before = this.#last;
		const seconds = before ? (status.at - before.at) / 1000 : 0;
		this.#last = status;
		this.#rates.clear();
		if (seconds <= 0) return;
		for (const { token, frames } of status.profiles) {
			const old = before?.profiles.find((one) => one.token === token);
			const rate = (frames - (old?.frames ?? 0)) / seconds;
			if (old && rate >= 0) this.#rates.set(token, rate);
		}
	}

	of(token: string): number | undefined {
		return this.#rates.get(token);
	}
}

export const encodingName = { H264: "H.264", JPEG: "JPEG" } as const;

const soundName = new Map([["G711", "G.711, AAC in browsers"]]);

function rateInWords(
	wanted: number,
	rate: number | undefined,
	viewers: number,
): string {
	if (rate === undefined) return `${wanted} fps`;
	if (rate === 0 && viewers === 0) return `${wanted} fps, asleep`;
	return `${rate.toFixed(rate < 9.95 ? 1 : 0)} of ${wanted} fps`;
}

/** What is known of a profile, and how it is. */
export function factList(
	profile: ProfileStatus,
	rate: number | undefined,
	behind: number | undefined,
): HTMLElement {
	const { encoding, width, height, frameRate, bitrateKbit, viewers, sound } =
		profile;
	const rows: [string, string | undefined][] = [
		["Picture", `${encodingName[encoding]} ${width} × ${height}`],
		["Frame rate", rateInWords(frameRate, rate, viewers)],
		[
			"Bit rate",
			bitrateKbit === undefined ? undefined : `${bitrateKbit} kbit/s at most`,
		],
		["Sound", sound && (soundName.get(sound) ?? sound)],
		["Viewers", String(viewers)],
		["Made by", profile.path],
		[
			"Behind",
			behind === undefined ? undefined : `${Math.max(0, behind).toFixed(1)} s`,
		],
	];
	return h(
		"div",
		{},
		profile.trouble === undefined
			? undefined
			: h(
					"p",
					{ class: "trouble", role: "alert" },
					icon("warn"),
					profile.trouble,
				),
		h(
			"dl",
			{ class: "facts" },
			...rows.flatMap(([name, value]) =>
				value === undefined ? [] : [h("dt", {}, name), h("dd", {}, value)],
			),
		),
	);
}
