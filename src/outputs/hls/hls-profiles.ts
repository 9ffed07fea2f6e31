import type { Clock } from "../../system/clock.ts";
import type { LiveProfiles } from "../fmp4/live-profiles.ts";
import { HlsProfile } from "./hls-profile.ts";

/** 2020-01-01: numbers of segments fit into 31 bits for longer than this program will live. */
const epochMs = 1_577_836_800_000;

export interface HlsProfilesOptions {
	readonly live: LiveProfiles;
	readonly clock: Clock;
	readonly random: (size: number) => Buffer;
}

/** The profiles that are watched by HLS just now. */
export class HlsProfiles {
	readonly #options: HlsProfilesOptions;
	readonly #running = new Map<string, HlsProfile>();
	/** Where a profile's numbers go on. */
	readonly #next = new Map<string, number>();

	constructor(options: HlsProfilesOptions) {
		this.#options = options;
	}

	/** Why a profile is not to be had by HLS, for people; undefined when it is. */
	refusal(profileToken: string): string | undefined {
		return this.#options.live.refusal(profileToken);
	}

	running(profileToken: string): HlsProfile | undefined {
		return this.#running.get(profileToken);
	}

	/** Starts it if it does not run. */
	start(profileToken: string): HlsProfile {
		const running = this.#running.get(profileToken);
		if (running) return running;
		const { live, clock, random } = this.#options;
		const profile = new HlsProfile({
			open: () => live.open(profileToken),
			run: random(5).toString("hex"),
			firstNumber: this.#firstNumber(profileToken),
			clock,
			onStop: (next) => {
				this.#running.delete(profileToken);
				this.#next.set(profileToken, next);
			},
		});
		this.#running.set(profileToken, profile);
		return profile;
	}

	close(): void {
		for (const profile of [...this.#running.values()]) profile.close();
	}

	/** By the clock, so that players which go on after a restart of the service see numbers that grow. */
	#firstNumber(profileToken: string): number {
		const seconds = Math.floor((this.#options.clock.now() - epochMs) / 1000);
		return Math.max(0, seconds, this.#next.get(profileToken) ?? 0);
	}
}
