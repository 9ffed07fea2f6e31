import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { isRtp, payloadOffset } from "../rtp/packet.ts";
import type { AudioSink, Backchannel, Talk } from "../types.ts";
import { Allowance } from "./allowance.ts";
import { talkFormats } from "./formats.ts";
import { Player } from "./player.ts";

/** Who has been silent for so long has finished. */
const silentMs = 2000;
/** After a failure nothing is started for so long. */
const retryMs = 3000;

export interface LoudspeakerOptions {
	readonly sink: AudioSink;
	/** Percent of full volume. */
	readonly level: number;
	readonly clock: Clock;
	readonly log: Log;
}

/** The camera's loudspeaker. One client at a time is heard: the first to say something, until it has been silent for a while. */
export class Loudspeaker implements Backchannel {
	readonly formats = talkFormats;
	readonly #options: LoudspeakerOptions;
	readonly #allowance: Allowance;
	#level: number;
	#talker: Place | undefined;
	#heardAt = 0;
	#timer: NodeJS.Timeout | undefined;
	#player: Player | undefined;
	/** All that were ever started. */
	#ended: Promise<unknown> = Promise.resolve();
	#retryAt = Number.NEGATIVE_INFINITY;
	#trouble: string | undefined;

	constructor(options: LoudspeakerOptions) {
		this.#options = options;
		this.#level = options.level;
		this.#allowance = new Allowance(options.clock);
	}

	get busy(): boolean {
		return this.#talker !== undefined;
	}

	open(client: string): Talk {
		return new Place(client, {
			packet: (place, packet) => this.#packet(place, packet),
			closed: (place) => {
				if (this.#talker === place) this.#finish();
			},
		});
	}

	/** Percent of full volume, from the next packet on. */
	setLevel(level: number): void {
		if (level === this.#level) return;
		this.#level = level;
		this.#retire();
	}

	/** Resolves when its process is gone. */
	async stop(): Promise<void> {
		this.#finish();
		await this.#ended;
	}

	#packet(place: Place, packet: Buffer): void {
		if (!isRtp(packet)) return;
		const payloadType = packet.readUInt8(1) & 0x7f;
		const format = talkFormats.find((one) => one.payloadType === payloadType);
		if (format === undefined || !this.#floor(place)) return;
		const now = this.#options.clock.monotonic();
		this.#heardAt = now;
		// A client that sends faster than one can hear is not let to fill our memory.
		if (!this.#allowance.take(packet.length - payloadOffset(packet))) return;
		if (this.#player?.format !== format) this.#retire();
		if (this.#player === undefined) {
			if (now < this.#retryAt) return;
			this.#start(format);
		}
		this.#player?.write(packet);
	}

	/** Whether it is this one's turn to talk. */
	#floor(place: Place): boolean {
		const { log } = this.#options;
		if (this.#talker === place) return true;
		if (this.#talker !== undefined) {
			if (!place.told)
				log.info("a client is not heard: another one talks", {
					client: place.client,
				});
			place.told = true;
			return false;
		}
		this.#talker = place;
		place.told = false;
		log.info("a client talks", { client: place.client });
		this.#timer = setInterval(() => this.#listen(), silentMs / 4).unref();
		return true;
	}

	#listen(): void {
		const { clock } = this.#options;
		if (clock.monotonic() - this.#heardAt >= silentMs) this.#finish();
	}

	#finish(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
		this.#talker = undefined;
		this.#retire();
	}

	#start(format: (typeof talkFormats)[number]): void {
		const { sink, clock } = this.#options;
		const player: Player = new Player({
			format,
			level: this.#level,
			sink,
			after: this.#ended,
			onFailure: (reason) => {
				if (this.#player === player) this.#player = undefined;
				this.#retryAt = clock.monotonic() + retryMs;
				this.#tell(reason);
			},
		});
		this.#player = player;
		this.#ended = player.ended;
	}

	#tell(reason: string): void {
		if (reason !== this.#trouble)
			this.#options.log.warn("what is said is not heard", { reason });
		this.#trouble = reason;
	}

	#retire(): void {
		if (this.#player === undefined) return;
		// It did not fail: the next trouble is news.
		this.#trouble = undefined;
		this.#player.stop();
		this.#player = undefined;
	}
}

interface PlaceListener {
	packet(place: Place, packet: Buffer): void;
	closed(place: Place): void;
}

class Place implements Talk {
	readonly client: string;
	/** It was told that another talks. */
	told = false;
	readonly #listener: PlaceListener;

	constructor(client: string, listener: PlaceListener) {
		this.client = client;
		this.#listener = listener;
	}

	packet(packet: Buffer): void {
		this.#listener.packet(this, packet);
	}

	close(): void {
		this.#listener.closed(this);
	}
}
