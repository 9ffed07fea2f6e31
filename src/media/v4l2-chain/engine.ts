import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { AtOnce } from "../at-once.ts";
import { type EngineProducer, EngineStreams } from "../engine-streams.ts";
import type { Hub } from "../hub.ts";
import { keyFrameOf } from "../key-frame.ts";
import { planChange } from "../plan.ts";
import { jpegFromFrame } from "../rtp/jpeg.ts";
import {
	type Engine,
	type Plan,
	SourceUnavailable,
	type StreamPlan,
} from "../types.ts";
import { chainProducer } from "./chain.ts";
import type { ChainDevices } from "./devices.ts";
import { type DirectAddress, directUri, makeLogin } from "./login.ts";
import { checkLoopback } from "./loopback.ts";
import { pictureOf } from "./picture.ts";

export interface ChainEngineOptions {
	readonly hub: Hub;
	readonly devices: ChainDevices;
	/** So many octets for logins and paths. */
	readonly random: (size: number) => Buffer;
	readonly clock: Clock;
	readonly log: Log;
}

/** The streams that the owner wants from v4l2compress and v4l2rtspserver: both run for each that is watched. */
export class ChainEngine implements Engine {
	readonly #options: ChainEngineOptions;
	readonly #streams: EngineStreams;
	readonly #capabilities = { openFlags: false };
	readonly #pictures = new AtOnce<Buffer>();
	readonly #direct = new Map<string, DirectAddress>();
	#plan: Plan | undefined;

	constructor(options: ChainEngineOptions) {
		this.#options = options;
		this.#streams = new EngineStreams(options);
	}

	/** Streams without a chain are another engine's. */
	apply(whole: Plan): void {
		const { hub } = this.#options;
		const plan = {
			...whole,
			streams: whole.streams.filter(({ chain }) => chain),
		};
		const change = planChange(this.#plan, plan);
		this.#plan = plan;
		this.#streams.follow(change, (stream, after) => this.#chain(stream, after));
		// Who watches v4l2rtspserver itself is not seen here.
		for (const { token, chain } of [...change.added, ...change.reencoded])
			if (chain?.direct) hub.get(token)?.attach({ frame() {}, end() {} });
	}

	/** A JPEG of a stream's latest picture; the chain is started for it if it sleeps. Rejects with `SourceUnavailable`. */
	snapshot(streamToken: string): Promise<Buffer> {
		return this.#pictures.ask(streamToken, () => this.#picture(streamToken));
	}

	/** Where clients find a stream at v4l2rtspserver itself; undefined when the owner does not want it. */
	directUri(streamToken: string, host: string): string | undefined {
		const address = this.#direct.get(streamToken);
		return address && directUri(address, host);
	}

	/** What will keep the chains from giving pictures, a line each for people. */
	async check(): Promise<string[]> {
		const found = await Promise.all(
			(this.#plan?.streams ?? []).map(async ({ token, chain, encoder }) => {
				if (!chain) return [];
				const { encoding: fourcc, width, height } = encoder;
				try {
					await checkLoopback(chain.loopback, this.#options.devices, {
						fourcc,
						width,
						height,
					});
					return [];
				} catch (error) {
					return [
						`stream ${token}: ${error instanceof Error ? error.message : error}`,
					];
				}
			}),
		);
		return found.flat();
	}

	stop(): Promise<void> {
		return this.#streams.stop();
	}

	async #picture(streamToken: string): Promise<Buffer> {
		const stream = this.#options.hub.get(streamToken);
		const plan = this.#plan?.streams.find(({ token }) => token === streamToken);
		if (!stream || !plan)
			throw new SourceUnavailable("there is no such stream");
		const frame = await keyFrameOf(stream);
		return plan.encoder.encoding === "JPEG"
			? jpegFromFrame(frame)
			: pictureOf(frame, plan.encoder.quality);
	}

	#chain(plan: StreamPlan, after: Promise<unknown>): EngineProducer {
		const { devices, random, clock, log } = this.#options;
		if (!plan.chain) throw new Error("a chain's stream has a chain");
		return chainProducer({
			plan,
			chain: plan.chain,
			sink: this.#streams.sink(plan.token),
			devices,
			capabilities: this.#capabilities,
			direct: this.#directAddress(plan),
			random,
			clock,
			log,
			after,
		});
	}

	/** The same for as long as the service runs, so that clients may keep it. */
	#directAddress({ token, chain }: StreamPlan): DirectAddress | undefined {
		if (!chain?.direct) return undefined;
		const known = this.#direct.get(token);
		if (known) return known;
		const login = makeLogin(this.#options.random);
		const address = { port: chain.direct.port, path: "live", login };
		this.#direct.set(token, address);
		return address;
	}
}
