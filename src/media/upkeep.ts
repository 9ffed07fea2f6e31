import type { Clock } from "../system/clock.ts";
import { pause, type Timer } from "../system/timer.ts";
import { Retry } from "./retry.ts";
import { Runs } from "./runs.ts";

/** How a life ended, unasked. */
export interface End {
	/** Why, for people; undefined when they need not be told. */
	readonly reason?: string | undefined;
	/**
	 * When the next life begins: after a pause that grows from failure to failure (when not told), at once since all
	 * was well, never unless somebody starts it again, or not for so many ms, whoever starts it meanwhile.
	 */
	readonly next?: "at once" | "never" | { readonly notForMs: number };
}

export interface UpkeepOptions {
	/**
	 * One life. Ends soon after `signal` aborts, and what comes of it is not looked at then; otherwise a rejection
	 * counts as an end with its message as the reason.
	 */
	readonly live: (signal: AbortSignal) => Promise<End>;
	/** Told the reason of each end that has one; `news` when it is not the one that was told last. */
	readonly onTrouble: (end: End, reason: string, news: boolean) => void;
	/** Resolves when it is worth a new try after trouble, or `signal` aborts. */
	readonly whenBack?: ((signal: AbortSignal) => Promise<void>) | undefined;
	/** The first life waits for this. */
	readonly after?: Promise<unknown> | undefined;
	readonly clock: Clock;
	readonly timer?: Timer | undefined;
}

/** Keeps something alive while it is wanted: what dies is begun anew, with pauses that grow. */
export class Upkeep {
	readonly #options: UpkeepOptions;
	readonly #runs: Runs;
	readonly #retry: Retry;
	#trouble: string | undefined;
	#told: string | undefined;
	#notBefore = Number.NEGATIVE_INFINITY;

	constructor(options: UpkeepOptions) {
		this.#options = options;
		this.#retry = new Retry(options.timer);
		this.#runs = new Runs((signal) => this.#run(signal), options.after);
	}

	/** It was started and not stopped since. */
	get wanted(): boolean {
		return this.#runs.wanted;
	}

	/** Why the latest life ended; undefined while all is well or nothing was tried since the start. */
	get trouble(): string | undefined {
		return this.#trouble;
	}

	/** It does what it is for. Answers whether people were told of trouble before. */
	well(): boolean {
		const told = this.#told !== undefined;
		this.#trouble = undefined;
		this.#told = undefined;
		return told;
	}

	start(): void {
		if (!this.wanted && this.#barredMs <= 0) this.#trouble = undefined;
		this.#runs.start();
	}

	stop(): void {
		this.#runs.stop();
	}

	/** Resolves when nothing lives any more of what was started up to now. */
	ended(): Promise<void> {
		return this.#runs.ended();
	}

	get #barredMs(): number {
		return this.#notBefore - this.#options.clock.monotonic();
	}

	async #run(signal: AbortSignal): Promise<void> {
		const { clock } = this.#options;
		while (!signal.aborted) {
			if (this.#barredMs > 0) await this.#sitOut(signal);
			if (signal.aborted) return;
			const started = clock.monotonic();
			const end = await this.#once(signal);
			const ran = clock.monotonic() - started;
			if (signal.aborted) this.#retry.ended(ran);
			else if (end.next === "at once") this.#retry.reset();
			else if (end.next === "never") return;
			else if (end.next) this.#notBefore = started + ran + end.next.notForMs;
			else await this.#retry.pause(ran, signal);
		}
	}

	/** One life, and what is to be waited for behind it. */
	async #once(signal: AbortSignal): Promise<End> {
		const { live, whenBack } = this.#options;
		const end = await live(signal).catch((error: unknown) => ({
			reason: error instanceof Error ? error.message : String(error),
		}));
		if (signal.aborted || end.reason === undefined) return end;
		this.#tell(end, end.reason);
		await whenBack?.(signal);
		return end;
	}

	/** Who starts it meanwhile learns why nothing is tried. */
	async #sitOut(signal: AbortSignal): Promise<void> {
		if (this.#trouble !== undefined) this.#tell({}, this.#trouble);
		await pause(this.#barredMs, signal, this.#options.timer);
	}

	#tell(end: End, reason: string): void {
		const news = reason !== this.#told;
		this.#trouble = reason;
		this.#told = reason;
		this.#options.onTrouble(end, reason, news);
	}
}
