import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { VideoDeviceError } from "../../system/video-device.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import type { Producer } from "../stream.ts";
import type { ChainPlan, StreamPlan } from "../types.ts";
import { type End, Upkeep } from "../upkeep.ts";
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
	readonly #upkeep: Upkeep;

	constructor(options: ChainOptions) {
		const { after, clock } = options;
		this.#options = options;
		this.#upkeep = new Upkeep({
			live: (signal) => this.#live(signal),
			onTrouble: (end, reason, news) => this.#tell(end, reason, news),
			after,
			clock,
		});
	}

	get unavailable(): string | undefined {
		return this.#upkeep.trouble;
	}

	start(): void {
		this.#upkeep.start();
	}

	stop(): void {
		this.#upkeep.stop();
	}

	/** Resolves when every process that this chain started is gone. */
	stopped(): Promise<void> {
		return this.#upkeep.ended();
	}

	/** v4l2compress cannot be asked for one; the next comes with its group of pictures. */
	requestKeyFrame(): void {}

	/** One life of the programs. */
	async #live(signal: AbortSignal): Promise<End> {
		const { chain, devices, capabilities, sink } = this.#options;
		const tried = capabilities.openFlags;
		sink.restarted();
		const trouble = await this.#once(tried, signal);
		if (signal.aborted) return {};
		if (capabilities.openFlags !== tried) return { next: "at once" };
		await devices.forget(chain.camera);
		const { message: reason, permanent } = trouble;
		return permanent ? { reason, next: "never" } : { reason };
	}

	/** Resolves with why the programs ended. */
	async #once(tried: boolean, signal: AbortSignal): Promise<ChainTrouble> {
		const { plan, chain, devices, capabilities, sink, log } = this.#options;
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
						this.#upkeep.well();
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

	#tell({ next }: End, reason: string, news: boolean): void {
		const { plan, sink, log } = this.#options;
		if (news)
			log.warn(
				next === "never"
					? "a chain cannot run"
					: "a chain ended and is started anew",
				{ stream: plan.token, reason },
			);
		sink.unavailable(reason);
	}
}
