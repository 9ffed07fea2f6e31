import type { CaptureMode, CompressedWish } from "../../system/capture-mode.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { Program, ProgramExit } from "../../system/supervise.ts";
import type { VideoControlAccess } from "../../system/video-control-access.ts";
import { OnDemand } from "../on-demand.ts";
import type { CapturePlan } from "../types.ts";
import type { End } from "../upkeep.ts";
import {
	type CaptureFeed,
	endedWell,
	feedWhenPlaying,
} from "./capture-feed.ts";
import { diagnose } from "./diagnose.ts";
import { fileAppears } from "./file-appears.ts";
import { startGstLaunch } from "./gst-launch.ts";
import { captureLine } from "./launch.ts";
import type { RuntimeDir } from "./runtime-dir.ts";

/** Capture runs on this long without encoders: less than what its start costs. */
const lingerMs = 300;
/** So many encoders in a row that got no picture speak against the capture. */
const suspicionsBeforeKill = 2;

/** What a device offers, asked before each start of the capture, since another camera may have come back. */
export interface DeviceAccess {
	/** Rejects with an error for people when the device cannot be captured from; whoever waits gives up when `signal` aborts. */
	mode(
		plan: CapturePlan,
		signal: AbortSignal,
	): Promise<CaptureMode | undefined>;
	/** Why a capture got no picture, when the device knows better than the program that ended for `reason`. */
	explain(plan: CapturePlan, reason: string): Promise<string | undefined>;
	/** Resolves when the device may be there again, or `signal` aborts. */
	whenBack(plan: CapturePlan, signal: AbortSignal): Promise<void>;
	/** What a camera lets one set. */
	readonly controls?: VideoControlAccess;
}

/** Where a capture's pictures are to be had. */
export interface CaptureOutput {
	readonly socketPath: string;
	/** How the device gives them; undefined without a device. Raw pictures have the plan's size whatever it is. */
	readonly mode: CaptureMode | undefined;
}

export interface CaptureOptions {
	/** What logs call it. */
	readonly name?: string;
	/** Why it may run and give no picture. */
	readonly silence?: string;
	readonly plan: CapturePlan;
	/** Which of the camera's own pictures are wanted, asked before each start. */
	readonly compressed?: () => CompressedWish;
	/** Called before each start, once it is known how the device will give its pictures. Must not reject. */
	readonly prepare?:
		| ((mode: CaptureMode | undefined) => Promise<void>)
		| undefined;
	/** Its launch line; that of a capture from the plan's source when not told. */
	readonly line?: (
		plan: CapturePlan,
		socketPath: string,
		mode: CaptureMode | undefined,
	) => string[];
	readonly runtime: RuntimeDir;
	readonly device: DeviceAccess;
	/** For a source that we read ourselves: waits for it, and rejects when `signal` aborts. */
	readonly fedBy?: ((signal: AbortSignal) => Promise<CaptureFeed>) | undefined;
	readonly clock: Clock;
	readonly log: Log;
	/** Told why there is no picture, each time that a start fails. */
	readonly onUnavailable: (reason: string) => void;
}

/** The one process that reads the source, alive while encoders use it. */
export class Capture {
	readonly plan: CapturePlan;
	readonly #options: CaptureOptions;
	readonly #output: OnDemand<CaptureOutput>;
	#program: Program | undefined;
	#suspicions = 0;
	/** The present process was ended for giving none. */
	#silent = false;
	/** The present process gave a picture. */
	#gave = false;
	#said: string | undefined;

	constructor(options: CaptureOptions) {
		const { plan, device, clock, log, onUnavailable } = options;
		this.plan = plan;
		this.#options = options;
		this.#output = new OnDemand({
			live: (signal, have) => this.#live(signal, have),
			lingerMs,
			whenBack: (signal) => device.whenBack(plan, signal),
			onTrouble(_end, reason, news) {
				if (news) log.warn("no picture from the source", { reason });
				onUnavailable(reason);
			},
			clock,
		});
	}

	/** One more user; answers how to leave. */
	acquire(): () => void {
		return this.#output.acquire();
	}

	/** Used while `work` lasts. */
	use<R>(work: () => Promise<R>): Promise<R> {
		return this.#output.use(work);
	}

	/** Where pictures are to be had; waits for a process that is starting. Rejects when `signal` aborts, or it is stopped. */
	ready(signal: AbortSignal): Promise<CaptureOutput> {
		return this.#output.ready(signal);
	}

	/** How the device gives pictures now; undefined without a device and while nothing runs. */
	get mode(): CaptureMode | undefined {
		return this.#output.value?.mode;
	}

	/** What the device was found to do, when that is news. */
	say(mode: CaptureMode | undefined): void {
		const { source } = this.plan;
		if (mode === undefined || source.kind !== "v4l2") return;
		const { fourcc, width, height, frameRate } = mode;
		const gives = `${fourcc} ${width}x${height}, ${frameRate ?? "unknown"} fps`;
		if (gives === this.#said) return;
		this.#said = gives;
		const { log } = this.#options;
		if (width >= this.plan.width && height >= this.plan.height)
			log.info("capture mode", { device: source.device, gives });
		else
			log.warn("the camera has no picture as large as the profiles", {
				device: source.device,
				wanted: `${this.plan.width}x${this.plan.height}`,
				gives,
			});
	}

	/** An encoder got its pictures. */
	delivered(): void {
		this.#gave = true;
		this.#suspicions = 0;
		this.#output.well();
	}

	/** Why the latest start gave no picture; undefined while all is well or nothing was tried. */
	get unavailable(): string | undefined {
		return this.#output.trouble;
	}

	/** An encoder got no picture for too long. */
	suspect(): void {
		this.#suspicions += 1;
		if (this.#suspicions < suspicionsBeforeKill) return;
		this.#suspicions = 0;
		const { log, name = "capture" } = this.#options;
		log.warn(`${name} gives no pictures and is started anew`);
		this.#silent = true;
		this.#program?.kill();
	}

	/** Resolves when the process is gone, for good. */
	stop(): Promise<void> {
		return this.#output.close();
	}

	/** One life of the process. Rejects when it cannot be started. */
	async #live(
		signal: AbortSignal,
		have: (output: CaptureOutput | undefined) => void,
	): Promise<End> {
		const { device, compressed, prepare, fedBy } = this.#options;
		const wish = compressed?.();
		const mode = await device.mode(
			wish ? { ...this.plan, compressed: wish } : this.plan,
			signal,
		);
		await prepare?.(mode);
		const feed = await fedBy?.(signal);
		try {
			if (signal.aborted) return {};
			this.say(mode);
			return await this.#end(await this.#once(mode, feed, signal, have));
		} finally {
			feed?.close();
		}
	}

	/** Starts the process; resolves when it is gone. */
	async #once(
		mode: CaptureMode | undefined,
		feed: CaptureFeed | undefined,
		signal: AbortSignal,
		have: (output: CaptureOutput | undefined) => void,
	): Promise<ProgramExit> {
		const { runtime, name = "capture", line } = this.#options;
		const socketPath = runtime.freshSocket();
		const program = startGstLaunch({
			name,
			args: line
				? line(this.plan, socketPath, mode)
				: captureLine(this.plan, socketPath, mode, feed?.encoding),
			writable: feed !== undefined,
		});
		this.#program = program;
		const stop = () => void program.stop();
		signal.addEventListener("abort", stop, { once: true });
		runtime.startedAt(socketPath, program.pid);
		this.#gave = false;
		this.#silent = false;
		if (feed) feedWhenPlaying(feed, program);
		else program.stdout.resume();
		const appeared = await fileAppears(socketPath, program.exited);
		if (appeared) have({ socketPath, mode });
		const exit = await program.exited;
		have(undefined);
		signal.removeEventListener("abort", stop);
		this.#program = undefined;
		runtime.clearAfter(socketPath, program.pid);
		return exit;
	}

	async #end(exit: ProgramExit): Promise<End> {
		const { device, log, name = "capture", silence } = this.#options;
		if (exit.asked) return {};
		// A film that is over begins again; a camera that ends says why itself.
		if (endedWell(exit)) return this.#gave ? { next: "at once" } : {};
		const { reason } = this.#silent
			? { reason: silence ?? "the source is there but gives no pictures" }
			: diagnose(exit);
		// One that takes its pictures from another capture ends with that one, which says why.
		if (reason.includes("GstShmSrc")) return {};
		// The socket is there before the device is asked for its first picture.
		if (!this.#gave)
			return { reason: (await device.explain(this.plan, reason)) ?? reason };
		log.warn(`${name} ended and is started anew`, { reason });
		return {};
	}
}
