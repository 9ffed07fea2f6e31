import type { SenderListener } from "./sender.ts";

type Channels = readonly [number, number];

/** The interleaved channels of one RTSP connection: who sends on them, and who hears what comes on them. */
export class ChannelTable {
	readonly #taken = new Set<number>();
	readonly #listeners = new Map<number, (data: Buffer) => void>();

	/**
	 * Takes the channels that were asked for, or others where those are taken: the client learns
	 * them from the answer. Undefined when none are left.
	 */
	reserve(
		asked: Channels | undefined,
		listener: SenderListener,
	): Channels | undefined {
		const channels =
			asked && !asked.some((c) => this.#taken.has(c)) ? asked : this.#free();
		if (channels === undefined) return undefined;
		for (const channel of channels) this.#taken.add(channel);
		this.#listeners.set(channels[0], (data) => listener.rtp?.(data));
		this.#listeners.set(channels[1], (data) => listener.rtcp(data));
		return channels;
	}

	release(channels: Channels): void {
		for (const channel of channels) {
			this.#taken.delete(channel);
			this.#listeners.delete(channel);
		}
	}

	/** A packet from the client; what comes on a channel that is nobody's has no meaning. */
	receive(channel: number, data: Buffer): void {
		this.#listeners.get(channel)?.(data);
	}

	#free(): Channels | undefined {
		for (let channel = 0; channel < 256; channel += 2)
			if (!this.#taken.has(channel) && !this.#taken.has(channel + 1))
				return [channel, channel + 1];
		return undefined;
	}
}
