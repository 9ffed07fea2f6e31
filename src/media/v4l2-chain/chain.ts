import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { VideoDeviceError } from "../../system/video-device.ts";
import type { EngineProducer } from "../engine-streams.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { KeptProducer } from "../kept-producer.ts";
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

const words = {
	again: "a chain ended and is started anew",
	never: "a chain cannot run",
};

/** v4l2compress and v4l2rtspserver as the maker of one stream, while somebody watches it. */
export function chainProducer(options: ChainOptions): EngineProducer {
	const { plan, chain, devices, capabilities } = options;
	const { sink, after, clock, log } = options;
	return new KeptProducer({
		...{ token: plan.token, sink, words, after, clock, log },
		async live(signal, well) {
			const tried = capabilities.openFlags;
			const trouble = await once(options, signal, well);
			if (signal.aborted) return {};
			if (capabilities.openFlags !== tried) return { next: "at once" };
			await devices.forget(chain.camera);
			const { message: reason, permanent } = trouble;
			return permanent ? { reason, next: "never" } : { reason };
		},
	});
}

/** One life of the programs; resolves with why they ended. */
async function once(
	options: ChainOptions,
	signal: AbortSignal,
	well: () => void,
): Promise<ChainTrouble> {
	const { capabilities, sink, log } = options;
	const { openFlags } = capabilities;
	try {
		return await runChain(
			{
				...options,
				openFlags,
				onMode: ({ frameRate }) => tellRate(options, frameRate),
				packet(packet) {
					well();
					sink.packet(packet);
				},
				onCompressExit(exit) {
					if (openFlags || !wantsOpenFlags(exit)) return;
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

function tellRate(
	{ plan, log, chain }: ChainOptions,
	frameRate: number | undefined,
): void {
	const wanted = plan.encoder.frameRate;
	if (frameRate !== undefined && Math.abs(frameRate - wanted) > 0.5)
		log.warn("the camera has another rate, and v4l2compress leaves it", {
			stream: plan.token,
			camera: chain.camera,
			wanted,
			frameRate,
		});
}
