import { aborted } from "../../system/timer.ts";
import { Runs } from "../runs.ts";
import type { Producer } from "../stream.ts";
import type { RtspSource, StreamPlan } from "../types.ts";
import type { Relay } from "./relay.ts";
import type { RelaySession } from "./relay-session.ts";

/** Where the frames of a stream go. */
export interface RelaySink {
	restarted(): void;
	packet(packet: Buffer, takenAt?: number): void;
}

export interface RelayProducerOptions {
	readonly relay: Relay;
	/** Whether the camera's own video does; asked before each time that it plays. */
	readonly passes: (session: RelaySession) => boolean;
	/** Makes the stream where the camera's own video does not do. */
	readonly encoder: Producer & { stopped(): Promise<void> };
	readonly sink: RelaySink;
}

/** Whether the camera's own video is what the profile wants; its rate is the camera's affair. */
export function passes(
	{ passThrough }: RtspSource,
	{ encoder, osds = [] }: Pick<StreamPlan, "encoder" | "osds">,
	{ track, size }: Pick<RelaySession, "track" | "size">,
): boolean {
	return (
		passThrough &&
		osds.length === 0 &&
		track.inOrder &&
		track.encoding === encoder.encoding &&
		size?.width === encoder.width &&
		size.height === encoder.height
	);
}

/** Makes a stream of another camera's video: untouched where that is what the profile wants, else encoded anew. */
export class RelayProducer implements Producer {
	readonly #options: RelayProducerOptions;
	readonly #runs: Runs;

	constructor(options: RelayProducerOptions) {
		this.#options = options;
		const { relay } = options;
		this.#runs = new Runs((signal) => relay.use(() => this.#loop(signal)));
	}

	get unavailable(): string | undefined {
		const { relay, encoder } = this.#options;
		return relay.unavailable ?? encoder.unavailable;
	}

	start(): void {
		this.#runs.start();
	}

	stop(): void {
		this.#runs.stop();
		this.#options.encoder.stop();
	}

	async stopped(): Promise<void> {
		await this.#runs.ended();
		await this.#options.encoder.stopped();
	}

	/** The camera's own key frames come when it likes. */
	requestKeyFrame(): void {
		this.#options.encoder.requestKeyFrame();
	}

	async #loop(signal: AbortSignal): Promise<void> {
		const { relay, passes, encoder } = this.#options;
		while (!signal.aborted) {
			const session = await relay.session(signal).catch(() => undefined);
			if (!session || signal.aborted) return;
			const over = AbortSignal.any([signal, session.ended]);
			if (passes(session)) {
				encoder.stop();
				await this.#pass(session, over);
			} else {
				encoder.start();
				await aborted(over);
			}
		}
	}

	async #pass(session: RelaySession, over: AbortSignal): Promise<void> {
		const { sink } = this.#options;
		sink.restarted();
		const leave = session.subscribe(({ packets, takenAt }) => {
			// The hub writes into its own copies: several streams may pass these on.
			for (const packet of packets) sink.packet(packet, takenAt);
		});
		await aborted(over);
		leave();
	}
}
