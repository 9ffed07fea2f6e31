import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { videoFormat } from "../formats/video.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import type { Hub } from "../hub.ts";
import { keyFrameOf } from "../key-frame.ts";
import { planChange } from "../plan.ts";
import { jpegFromFrame } from "../rtp/jpeg.ts";
import { HubStream, type Producer } from "../stream.ts";
import {
	type Engine,
	type Plan,
	SourceUnavailable,
	type StreamPlan,
} from "../types.ts";
import { Chain } from "./chain.ts";
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
	readonly #chains = new Map<string, Chain>();
	readonly #capabilities = { openFlags: false };
	readonly #pictures = new Map<string, Promise<Buffer>>();
	readonly #direct = new Map<string, DirectAddress>();
	#plan: Plan | undefined;
	#ending: Promise<unknown> = Promise.resolve();

	constructor(options: ChainEngineOptions) {
		this.#options = options;
	}

	/** Streams without a chain are another engine's. */
	apply(whole: Plan): void {
		const { hub, clock } = this.#options;
		const plan = {
			...whole,
			streams: whole.streams.filter(({ chain }) => chain),
		};
		const { added, changed, reencoded, removed } = planChange(this.#plan, plan);
		this.#plan = plan;
		for (const token of removed) {
			hub.remove(token, "its configuration was removed");
			this.#retire(token);
		}
		for (const { token } of reencoded)
			hub.remove(token, "its encoding was changed");
		for (const plan of [...added, ...reencoded]) {
			const { token } = plan;
			const producer = this.#chain(plan);
			const format = videoFormat(plan);
			const stream = new HubStream({ token, format, producer, clock });
			hub.add(stream);
			// Who watches v4l2rtspserver itself is not seen here.
			if (plan.chain?.direct) stream.attach({ frame() {}, end() {} });
		}
		for (const stream of changed)
			hub.get(stream.token)?.replace(videoFormat(stream), this.#chain(stream));
	}

	/** A JPEG of a stream's latest picture; the chain is started for it if it sleeps. Rejects with `SourceUnavailable`. */
	snapshot(streamToken: string): Promise<Buffer> {
		const pending = this.#pictures.get(streamToken);
		if (pending) return pending;
		const picture = this.#picture(streamToken).finally(() =>
			this.#pictures.delete(streamToken),
		);
		this.#pictures.set(streamToken, picture);
		return picture;
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

	async stop(): Promise<void> {
		for (const { token } of this.#plan?.streams ?? []) {
			this.#options.hub.remove(token, "the service stops");
			this.#retire(token);
		}
		await this.#ending;
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

	#chain(plan: StreamPlan): Producer {
		const { devices, random, clock, log } = this.#options;
		if (!plan.chain) throw new Error("a chain's stream has a chain");
		const chain = new Chain({
			plan,
			chain: plan.chain,
			sink: this.#sink(plan.token),
			devices,
			capabilities: this.#capabilities,
			direct: this.#directAddress(plan),
			random,
			clock,
			log,
			after: this.#retire(plan.token),
		});
		this.#chains.set(plan.token, chain);
		return chain;
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

	/** Its stream stops it. Resolves when its programs are gone. */
	#retire(token: string): Promise<unknown> {
		const chain = this.#chains.get(token);
		this.#chains.delete(token);
		// Asked for in a later turn, when the stream has stopped it.
		const stopped = Promise.resolve().then(() => chain?.stopped());
		this.#ending = Promise.all([this.#ending, stopped]);
		return stopped;
	}

	#sink(token: string): EncoderSink {
		const { hub } = this.#options;
		return {
			restarted: () => hub.get(token)?.restarted(),
			packet: (packet: Buffer) => hub.get(token)?.packet(packet),
			unavailable: (reason: string) => hub.get(token)?.unavailable(reason),
		};
	}
}
