import type { Camera } from "../../camera/camera.ts";
import type { Multicast, Token } from "../../camera/types.ts";
import type { Groups } from "../../media/send/groups.ts";
import type { OutgoingInterface } from "../../media/send/udp-way.ts";
import type { Track } from "../../media/types.ts";
import { Push } from "../push/push.ts";
import type { PushContext } from "../push/types.ts";
import { sendToGroup } from "./send.ts";

/** How often is looked whether the host has other interfaces now. */
const lookMs = 10_000;

export interface MulticastStreamingOptions {
	readonly camera: Camera;
	/** By the token of its encoder configuration. */
	readonly track: (configuration: Token) => Track | undefined;
	readonly groups: Groups;
	/** Those to send by, as they are now. */
	readonly interfaces: () => readonly OutgoingInterface[];
	readonly context: PushContext;
}

/** A stream, its group and the interface that it leaves by. */
interface Wanted {
	readonly configuration: Token;
	readonly group: Multicast;
	readonly via: OutgoingInterface;
}

/**
 * Sends what StartMulticastStreaming asked for, by every chosen interface, whoever listens (Media spec,
 * "Multicast streaming"). What cannot be sent is tried again as a push is.
 */
export class MulticastStreaming {
	readonly #options: MulticastStreamingOptions;
	readonly #pushes = new Map<string, Push>();
	readonly #ending = new Set<Promise<void>>();
	readonly #unsubscribe: () => void;
	#timer: NodeJS.Timeout | undefined;
	#told = false;

	constructor(options: MulticastStreamingOptions) {
		this.#options = options;
		this.#unsubscribe = options.camera.onChanged(() => this.#apply());
		this.#apply();
	}

	/** Resolves when nothing is sent any more. */
	async stop(): Promise<void> {
		this.#unsubscribe();
		clearInterval(this.#timer);
		for (const key of [...this.#pushes.keys()]) this.#end(key);
		await Promise.all(this.#ending);
	}

	#apply(): void {
		const wanted = this.#wanted();
		const keys = new Set(wanted.map(keyOf));
		for (const key of [...this.#pushes.keys()])
			if (!keys.has(key)) this.#end(key);
		for (const one of wanted)
			if (!this.#pushes.has(keyOf(one))) this.#begin(one);
	}

	#wanted(): readonly Wanted[] {
		const { camera, interfaces, context } = this.#options;
		const begun = [
			...camera.encoderConfigurationsInUse,
			...camera.audioEncoderConfigurationsInUse,
		].filter(({ multicast }) => multicast.autoStart);
		if (begun.length === 0) {
			clearInterval(this.#timer);
			this.#timer = undefined;
			return [];
		}
		this.#timer ??= setInterval(() => this.#apply(), lookMs).unref();
		const ways = interfaces();
		if (ways.length === 0 && !this.#told)
			context.log.warn("multicast streaming waits: no network interface is up");
		this.#told = ways.length === 0;
		return begun.flatMap((one) => {
			const group = camera.groupOf(one);
			return ways
				.filter((via) => group.address.includes(":") || via.address4)
				.map((via) => ({ configuration: one.token, group, via }));
		});
	}

	#begin(wanted: Wanted): void {
		const { configuration, group, via } = wanted;
		const { address, port, ttl } = group;
		const host = address.includes(":") ? `[${address}]` : address;
		const target = {
			profile: this.#profileWith(configuration),
			url: `rtp://${host}:${port}`,
			ttl,
			interface: via.name,
			sdp: null,
		};
		const { groups, track } = this.#options;
		const push = new Push(target, this.#options.context, (_t, _c, attempt) =>
			sendToGroup(groups, track(configuration), { group, via, attempt }),
		);
		this.#pushes.set(keyOf(wanted), push);
		push.start();
	}

	#end(key: string): void {
		const push = this.#pushes.get(key);
		this.#pushes.delete(key);
		if (push === undefined) return;
		const ended = push.stop();
		this.#ending.add(ended);
		void ended.then(() => this.#ending.delete(ended));
	}

	/** For the log: people know profiles. */
	#profileWith(configuration: Token): Token {
		const found = this.#options.camera.profiles.find(
			({ videoEncoderConfiguration, audioEncoderConfiguration }) =>
				videoEncoderConfiguration === configuration ||
				audioEncoderConfiguration === configuration,
		);
		return found?.token ?? configuration;
	}
}

function keyOf({ configuration, group, via }: Wanted): string {
	const { address, port, ttl } = group;
	return JSON.stringify([configuration, address, port, ttl, via]);
}
