import { pause } from "../../system/timer.ts";
import { schemeOf } from "./schemes.ts";
import {
	type PushContext,
	PushFailed,
	type PushScheme,
	type PushStatus,
	type PushTarget,
} from "./types.ts";

/** The pause after the first failure; each further one doubles it. */
const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** A target that takes frames for so long is well again: what was wrong before is forgotten. */
const wellMs = 10_000;

/** One target, tried again and again until the service stops. */
export class Push {
	readonly #target: PushTarget;
	readonly #context: PushContext;
	readonly #scheme: PushScheme;
	readonly #stopping = new AbortController();
	readonly #url: string;
	#running: Promise<void> = Promise.resolve();
	#state: PushStatus["state"] = "connecting";
	#since = 0;
	#reason: string | undefined;
	#retryAt: number | undefined;
	#failures = 0;
	#logged: string | undefined;
	#well: NodeJS.Timeout | undefined;

	constructor(
		target: PushTarget,
		context: PushContext,
		scheme = schemeOf(target.url),
	) {
		this.#target = target;
		this.#context = context;
		this.#scheme = scheme;
		this.#url = withoutSecrets(target.url);
	}

	get status(): PushStatus {
		return {
			profile: this.#target.profile,
			url: this.#url,
			state: this.#state,
			since: this.#since,
			reason: this.#reason,
			retryAt: this.#retryAt,
			failures: this.#failures,
		};
	}

	start(): void {
		this.#running = this.#run();
	}

	/** Resolves when nothing of it is left. */
	stop(): Promise<void> {
		this.#stopping.abort();
		return this.#running;
	}

	async #run(): Promise<void> {
		const { signal } = this.#stopping;
		while (!signal.aborted) {
			await this.#try(signal);
			if (signal.aborted) return;
			const pauseMs = this.#pauseMs();
			this.#become("waiting");
			this.#retryAt = this.#since + pauseMs;
			await pause(pauseMs, signal);
		}
	}

	async #try(stopping: AbortSignal): Promise<void> {
		this.#become("connecting");
		// One of its own: what a scheme leaves on it goes with the try.
		const attempt = new AbortController();
		const abort = () => attempt.abort();
		stopping.addEventListener("abort", abort);
		try {
			await this.#scheme(this.#target, this.#context, {
				signal: attempt.signal,
				sending: () => this.#sends(),
			});
		} catch (error) {
			if (!stopping.aborted) this.#failed(error);
		} finally {
			stopping.removeEventListener("abort", abort);
			clearTimeout(this.#well);
		}
	}

	#sends(): void {
		if (this.#state === "sending") return;
		this.#become("sending");
		this.#reason = undefined;
		const { log } = this.#context;
		if (this.#failures === 0) log.info("push sends", this.#fields());
		else
			this.#well = setTimeout(() => {
				this.#failures = 0;
				this.#logged = undefined;
				log.info("push sends again", this.#fields());
			}, wellMs).unref();
	}

	#failed(error: unknown): void {
		const { log } = this.#context;
		this.#failures++;
		this.#reason =
			error instanceof Error ? error.message : "it ended without a reason";
		// Once a reason: the target may be away for months, or take one frame a minute.
		if (this.#logged === this.#reason) return;
		this.#logged = this.#reason;
		const fields = { ...this.#fields(), reason: this.#reason };
		if (error instanceof PushFailed)
			log.warn("push failed; it is tried again", fields);
		else log.error("push failed unexpectedly; it is tried again", fields);
	}

	#pauseMs(): number {
		const doubled = firstPauseMs * 2 ** Math.min(this.#failures - 1, 10);
		return Math.min(longestPauseMs, Math.max(firstPauseMs, doubled));
	}

	#become(state: PushStatus["state"]): void {
		this.#state = state;
		this.#retryAt = undefined;
		this.#since = this.#context.clock.now();
	}

	#fields() {
		return { profile: this.#target.profile, target: this.#url };
	}
}

function withoutSecrets(url: string): string {
	const { protocol, host } = new URL(url);
	return `${protocol}//${host}`;
}
