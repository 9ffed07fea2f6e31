import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { CaptureMode } from "../../system/capture-mode.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { type Program, startProgram } from "../../system/supervise.ts";
import type { CapturePlan } from "../types.ts";
import { diagnose } from "./diagnose.ts";
import { gstreamerEnvironment } from "./environment.ts";
import { captureLine } from "./launch.ts";
import { Retry } from "./retry.ts";
import type { RuntimeDir } from "./runtime-dir.ts";

/** Capture runs on this long without encoders: less than what its start costs. */
const lingerMs = 300;
/** So many encoders in a row that got no picture speak against the capture. */
const suspicionsBeforeKill = 2;

/** What a device offers, asked before each start of the capture, since another camera may have come back. */
export interface DeviceAccess {
	/** Rejects with an error for people when the device cannot be captured from. */
	mode(plan: CapturePlan): Promise<CaptureMode | undefined>;
	/** Why a capture got no picture, when the device knows better than the program that ended. */
	explain(plan: CapturePlan): Promise<string | undefined>;
	/** Resolves when the device may be there again, or `signal` aborts. */
	whenBack(plan: CapturePlan, signal: AbortSignal): Promise<void>;
}

export interface CaptureOptions {
	readonly plan: CapturePlan;
	readonly runtime: RuntimeDir;
	readonly device: DeviceAccess;
	readonly clock: Clock;
	readonly log: Log;
	/** Told why there is no picture, each time that a start fails. */
	readonly onUnavailable: (reason: string) => void;
}

interface Waiter {
	resolve(socketPath: string): void;
	reject(error: Error): void;
}

/** The one process that reads the source, alive while encoders use it. */
export class Capture {
	readonly plan: CapturePlan;
	readonly #options: CaptureOptions;
	readonly #waiters = new Set<Waiter>();
	readonly #retry = new Retry();
	#users = 0;
	#linger: NodeJS.Timeout | undefined;
	#run: AbortController | undefined;
	#running: Promise<void> = Promise.resolve();
	#program: Program | undefined;
	#socketPath: string | undefined;
	#suspicions = 0;
	/** The present process was ended for giving none. */
	#silent = false;
	/** The present process gave a picture. */
	#gave = false;
	#unavailable: string | undefined;

	constructor(options: CaptureOptions) {
		this.plan = options.plan;
		this.#options = options;
	}

	/** Counts one more user and starts the process for the first; to be paired with `release`. */
	acquire(): void {
		this.#users += 1;
		clearTimeout(this.#linger);
		if (this.#run) return;
		const run = new AbortController();
		this.#run = run;
		this.#unavailable = undefined;
		this.#running = this.#running.then(() => this.#loop(run.signal));
	}

	release(): void {
		this.#users -= 1;
		if (this.#users > 0) return;
		clearTimeout(this.#linger);
		this.#linger = setTimeout(() => this.#stop(), lingerMs);
	}

	/** The socket at which pictures are to be had; waits for a process that is starting. Rejects when `signal` aborts. */
	ready(signal: AbortSignal): Promise<string> {
		if (this.#socketPath) return Promise.resolve(this.#socketPath);
		return new Promise((resolve, reject) => {
			const waiter = { resolve, reject };
			this.#waiters.add(waiter);
			signal.addEventListener(
				"abort",
				() => {
					this.#waiters.delete(waiter);
					reject(new Error("stopped"));
				},
				{ once: true },
			);
		});
	}

	/** An encoder got its pictures. */
	delivered(): void {
		this.#gave = true;
		this.#suspicions = 0;
		this.#unavailable = undefined;
	}

	/** Why the latest start gave no picture; undefined while all is well or nothing was tried. */
	get unavailable(): string | undefined {
		return this.#unavailable;
	}

	/** An encoder got no picture for too long. */
	suspect(): void {
		this.#suspicions += 1;
		if (this.#suspicions < suspicionsBeforeKill) return;
		this.#suspicions = 0;
		this.#options.log.warn("capture gives no pictures and is started anew");
		this.#silent = true;
		this.#program?.kill();
	}

	/** Resolves when the process is gone. */
	async stop(): Promise<void> {
		clearTimeout(this.#linger);
		this.#stop();
		await this.#running;
	}

	#stop(): void {
		this.#run?.abort();
		this.#run = undefined;
		void this.#program?.stop();
	}

	async #loop(signal: AbortSignal): Promise<void> {
		const { clock, device } = this.#options;
		while (!signal.aborted) {
			const started = clock.monotonic();
			const failure = await this.#once(signal);
			if (signal.aborted) return;
			if (failure) {
				this.#fail(failure);
				await device.whenBack(this.plan, signal);
			}
			await this.#retry.pause(clock.monotonic() - started, signal);
		}
	}

	/** One life of the process; tells why it ended unasked. */
	async #once(signal: AbortSignal): Promise<string | undefined> {
		const { device, runtime } = this.#options;
		let mode: CaptureMode | undefined;
		try {
			mode = await device.mode(this.plan);
		} catch (error) {
			return error instanceof Error ? error.message : String(error);
		}
		if (signal.aborted) return undefined;
		const socketPath = runtime.freshSocket();
		const program = startProgram({
			name: "capture",
			// When we are killed, its last words meet a closed pipe: SIGPIPE would leave its pictures in /dev/shm.
			file: "env",
			args: [
				"--ignore-signal=PIPE",
				"gst-launch-1.0",
				...captureLine(this.plan, socketPath, mode),
			],
			env: gstreamerEnvironment,
		});
		this.#program = program;
		this.#gave = false;
		this.#silent = false;
		program.stdout.resume();
		const appeared = await fileAppears(socketPath, program.exited);
		if (appeared) this.#announce(socketPath);
		const exit = await program.exited;
		this.#socketPath = undefined;
		this.#program = undefined;
		runtime.clearAfter(socketPath, program.pid);
		if (exit.asked) return undefined;
		const { reason } = this.#silent
			? { reason: "the source is there but gives no pictures" }
			: diagnose(exit);
		// The socket is there before the device is asked for its first picture.
		if (!this.#gave) return (await device.explain(this.plan)) ?? reason;
		this.#options.log.warn("capture ended and is started anew", { reason });
		return undefined;
	}

	#announce(socketPath: string): void {
		this.#socketPath = socketPath;
		for (const waiter of this.#waiters) waiter.resolve(socketPath);
		this.#waiters.clear();
	}

	#fail(reason: string): void {
		if (reason !== this.#unavailable)
			this.#options.log.warn("no picture from the source", { reason });
		this.#unavailable = reason;
		this.#options.onUnavailable(reason);
	}
}

/** Resolves to true when `path` is there, to false when `ended` comes first. */
function fileAppears(path: string, ended: Promise<unknown>): Promise<boolean> {
	return new Promise((resolve) => {
		const watcher = watch(dirname(path), { persistent: false });
		const settle = (there: boolean) => {
			watcher.close();
			resolve(there);
		};
		const look = () => {
			if (existsSync(path)) settle(true);
		};
		watcher.on("change", look);
		watcher.on("error", () => settle(existsSync(path)));
		void ended.then(() => settle(false));
		look();
	});
}
