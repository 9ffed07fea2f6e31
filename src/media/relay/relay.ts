import { setTimeout as sleep } from "node:timers/promises";
import { rtspAddress } from "../../rtsp-client/address.ts";
import { LoginRefused } from "../../rtsp-client/errors.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { Retry } from "../retry.ts";
import { Presence } from "../presence.ts";
import type { RtspSource } from "../types.ts";
import type { RelaySession } from "./relay-session.ts";

/** Connected on this long without users: less than what a login costs. */
const lingerMs = 500;
/** Cameras lock out who comes with a wrong password again and again. */
const refusedMs = 30_000;

export interface RelayOptions {
	readonly source: RtspSource;
	readonly clock: Clock;
	readonly log: Log;
	/** Told each time that the camera cannot be had. */
	readonly onUnavailable: (reason: string) => void;
}

/** The one connection to another camera, kept while somebody uses it. */
export class Relay {
	readonly #options: RelayOptions;
	readonly #name: string;
	readonly #session = new Presence<RelaySession>();
	readonly #retry = new Retry();
	#users = 0;
	#linger: NodeJS.Timeout | undefined;
	#run: AbortController | undefined;
	#running: Promise<void> = Promise.resolve();
	#unavailable: string | undefined;
	#refusedUntil = Number.NEGATIVE_INFINITY;

	constructor(options: RelayOptions) {
		this.#options = options;
		const address = rtspAddress(options.source.url);
		this.#name = address ? `${address.host}:${address.port}` : "the camera";
	}

	/** Why the latest try failed; undefined while all is well or nothing is tried. */
	get unavailable(): string | undefined {
		return this.#run && this.#unavailable;
	}

	/** Connects for the first user; to be paired with `release`. */
	acquire(): void {
		this.#users += 1;
		clearTimeout(this.#linger);
		if (this.#run) return;
		const run = new AbortController();
		this.#run = run;
		if (this.#pauseLeft() <= 0) this.#unavailable = undefined;
		this.#running = this.#running.then(() => this.#loop(run.signal));
	}

	release(): void {
		this.#users -= 1;
		if (this.#users > 0) return;
		clearTimeout(this.#linger);
		this.#linger = setTimeout(() => this.#stop(), lingerMs);
	}

	/** Waits for the camera to play, however long it takes. Rejects when `signal` aborts. */
	session(signal: AbortSignal): Promise<RelaySession> {
		return this.#session.wait(signal);
	}

	/** Resolves when the connection is closed. */
	async stop(): Promise<void> {
		clearTimeout(this.#linger);
		this.#stop();
		await this.#running;
	}

	#stop(): void {
		this.#run?.abort();
		this.#run = undefined;
	}

	async #loop(signal: AbortSignal): Promise<void> {
		const { clock } = this.#options;
		while (!signal.aborted) {
			if (!(await this.#waited(signal))) return;
			const started = clock.monotonic();
			const error = await this.#once(signal);
			if (signal.aborted) return;
			this.#fail(`${this.#name}: ${error.message}`);
			if (error instanceof LoginRefused)
				this.#refusedUntil = clock.monotonic() + refusedMs;
			else await this.#retry.pause(clock.monotonic() - started, signal);
		}
	}

	#pauseLeft(): number {
		return this.#refusedUntil - this.#options.clock.monotonic();
	}

	/** Whoever comes within the pause after a refused login is told why; false when all have left meanwhile. */
	async #waited(signal: AbortSignal): Promise<boolean> {
		const left = this.#pauseLeft();
		if (left <= 0) return true;
		this.#options.onUnavailable(this.#unavailable ?? "its login was refused");
		await sleep(left, undefined, { signal, ref: false }).catch(() => undefined);
		return !signal.aborted;
	}

	/** One connection; answers why it ended. */
	async #once(signal: AbortSignal): Promise<Error> {
		// Who has no such source need not load its client.
		const { playOnce } = await import("./play-once.ts");
		try {
			const reason = await playOnce(this.#options, signal, (session) =>
				this.#begin(session),
			);
			return new Error(reason);
		} catch (error) {
			return error instanceof Error ? error : new Error(String(error));
		} finally {
			this.#session.go();
		}
	}

	#begin(session: RelaySession): void {
		if (this.#unavailable !== undefined)
			this.#options.log.info("the camera is back", { camera: this.#name });
		this.#unavailable = undefined;
		this.#session.come(session);
	}

	#fail(reason: string): void {
		if (reason !== this.#unavailable)
			this.#options.log.warn("no picture from the source", { reason });
		this.#unavailable = reason;
		this.#options.onUnavailable(reason);
	}
}
