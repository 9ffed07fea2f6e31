import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { VideoDeviceError } from "../../system/video-device.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { Retry } from "../retry.ts";
import type { Producer } from "../stream.ts";
import type { ChainPlan, StreamPlan } from "../types.ts";
import type { ChainDevices } from "./devices.ts";
import type { DirectAddress } from "./login.ts";
import { runChain } from "./run.ts";
import { ChainTrouble, wantsOpenFlags } from "./trouble.ts";

export interface ChainOptions {
	readonly plan: StreamPlan;
	readonly chain: ChainPlan;
	readonly sink: EncoderSink;
	readonly devices: ChainDevices;
	/** What was learnt of this host's v4l2compress; shared by all chains. */
	readonly capabilities: { openFlags: boolean };
	/** Where clients are sent to, if they are. */
	readonly direct: DirectAddress | undefined;
	readonly random: (size: number) => Buffer;
	/** Until then the chain before this one may hold the devices. */
	readonly after: Promise<unknown>;
	readonly clock: Clock;
	readonly log: Log;
}

/** v4l2compress and v4l2rtspserver as the maker of one stream, while somebody watches it. */
export class Chain implements Producer {
	readonly #options: ChainOptions;
	#run: AbortController | undefined;
	#runs: Promise<void>;
	#trouble: string | undefined;

	constructor(options: ChainOptions) {
		this.#options = options;
		this.#runs = options.after.then(() => undefined);
	}

	get unavailable(): string | undefined {
		return this.#trouble;
	}

	start(): void {
		if (this.#run) return;
		this.#trouble = undefined;
		const run = new AbortController();
		this.#run = run;
		// One after the other: the last run's programs may still hold the devices.
		this.#runs = this.#runs.then(() => this.#loop(run.signal));
	}

	stop(): void {
		this.#run?.abort(new ChainTrouble("stopped"));
		this.#run = undefined;
	}

	/** Resolves when every process that this chain started is gone. */
	stopped(): Promise<void> {
		return this.#runs;
	}

	/** v4l2compress cannot be asked for one; the next comes with its group of pictures. */
	requestKeyFrame(): void {}

	async #loop(signal: AbortSignal): Promise<void> {
		const { clock, sink } = this.#options;
		const retry = new Retry();
		while (!signal.aborted) {
			const started = clock.monotonic();
			sink.restarted();
			const knew = this.#options.capabilities.openFlags;
			const trouble = await this.#once(signal);
			if (signal.aborted) return;
			if (this.#options.capabilities.openFlags !== knew) continue;
			this.#tell(trouble);
			await this.#options.devices.forget(this.#options.chain.camera);
			if (trouble.permanent) return;
			await retry.pause(clock.monotonic() - started, signal);
		}
	}

	/** One life of the programs; resolves with why it ended. */
	async #once(signal: AbortSignal): Promise<ChainTrouble> {
		const { plan, chain, devices, capabilities, sink, log } = this.#options;
		const tried = capabilities.openFlags;
		try {
			return await runChain(
				{
					plan,
					chain,
					devices,
					openFlags: tried,
					direct: this.#options.direct,
					random: this.#options.random,
					onMode: ({ frameRate }) => this.#told(frameRate),
					packet: (packet) => {
						this.#trouble = undefined;
						sink.packet(packet);
					},
					onCompressExit: (exit) => {
						if (tried || !wantsOpenFlags(exit)) return;
						capabilities.openFlags = true;
						log.info("this v4l2compress opens devices only with -vv");
					},
				},
				signal,
			);
		} catch (error) {
			if (error instanceof ChainTrouble) return error;
			return new ChainTrouble(
				error instanceof Error ? error.message : String(error),
				error instanceof VideoDeviceError && error.trouble === "no-tool",
			);
		}
	}

	#told(frameRate: number | undefined): void {
		const { plan, log, chain } = this.#options;
		const wanted = plan.encoder.frameRate;
		if (frameRate !== undefined && Math.abs(frameRate - wanted) > 0.5)
			log.warn("the camera has another rate, and v4l2compress leaves it", {
				stream: plan.token,
				camera: chain.camera,
				wanted,
				frameRate,
			});
	}

	#tell(trouble: ChainTrouble): void {
		const { plan, sink, log } = this.#options;
		if (this.#trouble !== trouble.message)
			log.warn(
				trouble.permanent
					? "a chain cannot run"
					: "a chain ended and is started anew",
				{ stream: plan.token, reason: trouble.message },
			);
		this.#trouble = trouble.message;
		sink.unavailable(trouble.message);
	}
}
