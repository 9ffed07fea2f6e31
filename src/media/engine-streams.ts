import type { Clock } from "../system/clock.ts";
import type { StreamFormat } from "./formats/format.ts";
import { videoFormat } from "./formats/video.ts";
import type { EncoderSink } from "./gstreamer/encoder.ts";
import type { Hub } from "./hub.ts";
import type { PlanChange } from "./plan.ts";
import { HubStream, type Producer } from "./stream.ts";
import type { StreamPlan } from "./types.ts";

/** A producer whose processes can be waited for. */
export interface EngineProducer extends Producer {
	/** Resolves when every process that it started is gone. */
	stopped(): Promise<void>;
}

/** One engine's streams in the hub, each made by one producer at a time. */
export class EngineStreams {
	readonly #hub: Hub;
	readonly #clock: Clock;
	readonly #producers = new Map<string, EngineProducer>();
	/** Those whose processes may not be gone yet. */
	readonly #leaving = new Map<string, Promise<void>>();

	constructor({ hub, clock }: { readonly hub: Hub; readonly clock: Clock }) {
		this.#hub = hub;
		this.#clock = clock;
	}

	/** Where a stream's producer sends what it makes, and says why it makes nothing. */
	sink(token: string): EncoderSink {
		return sinkOf(() => this.#hub.get(token));
	}

	/** See `put`. */
	follow(
		{ added, changed, reencoded, removed }: PlanChange,
		make: (plan: StreamPlan, after: Promise<unknown>) => EngineProducer,
	): void {
		for (const token of removed)
			this.remove(token, "its configuration was removed");
		for (const { token } of reencoded)
			this.remove(token, "its encoding was changed");
		for (const plan of [...added, ...reencoded, ...changed])
			this.put(plan.token, videoFormat(plan), (after) => make(plan, after));
	}

	/** A new stream, or another producer for one that is there; the processes of the one before are gone after `after`. */
	put(
		token: string,
		format: StreamFormat,
		make: (after: Promise<unknown>) => EngineProducer,
	): HubStream {
		const producer = make(this.#retire(token));
		this.#producers.set(token, producer);
		const present = this.#hub.get(token);
		present?.replace(format, producer);
		if (present) return present;
		const clock = this.#clock;
		const stream = new HubStream({ token, format, producer, clock });
		this.#hub.add(stream);
		return stream;
	}

	remove(token: string, reason: string): void {
		this.#hub.remove(token, reason);
		this.#retire(token);
	}

	/** Removes all; resolves when every process is gone. */
	async stop(): Promise<void> {
		for (const token of [...this.#producers.keys()])
			this.remove(token, "the service stops");
		await Promise.all(this.#leaving.values());
	}

	/** Its stream stops it. Resolves when its processes are gone, and those of the ones before it. */
	#retire(token: string): Promise<void> {
		const before = this.#leaving.get(token) ?? Promise.resolve();
		const producer = this.#producers.get(token);
		if (!producer) return before;
		this.#producers.delete(token);
		// Asked for when those before are gone, and so in a later turn: the stream has stopped it by then.
		const gone = before
			.then(() => producer.stopped())
			.then(() => {
				if (this.#leaving.get(token) === gone) this.#leaving.delete(token);
			});
		this.#leaving.set(token, gone);
		return gone;
	}
}

/** The stream is looked for each time: another may have taken its place. */
export function sinkOf(stream: () => HubStream | undefined): EncoderSink {
	return {
		restarted: () => stream()?.restarted(),
		packet: (packet, takenAt) => stream()?.packet(packet, takenAt),
		unavailable: (reason) => stream()?.unavailable(reason),
	};
}
