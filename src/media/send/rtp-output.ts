import { writeSenderReport } from "../../rtp/rtcp.ts";
import type { Clock } from "../../system/clock.ts";
import type {
	Attachment,
	Frame,
	Output,
	StartPoint,
	Stream,
	Track,
} from "../types.ts";

/** How the packets leave. */
export interface RtpCarrier {
	/** Octets that wait to leave this host. */
	readonly queued: number;
	frame(frame: Frame): void;
	rtcp(packet: Buffer): void;
}

export interface RtpOutputOptions {
	readonly clock: Clock;
	/** RTCP's name for this sender (RFC 7022, 4.2). */
	readonly cname: string;
	/** The first frame has left. */
	readonly onFirst?: () => void;
	/** The stream will give no more. */
	readonly onEnd: (reason: string) => void;
	/** Between sender reports; RFC 3550, 6.2 wants 5 at least. */
	readonly reportSeconds?: number;
}

/** More than this waits only where the link is too slow: then nothing is sent until the next key frame. */
const queueOctets = 2 * 1024 * 1024;

/** A track for receivers who say nothing back: RTP from a key frame on, and sender reports. */
export class RtpOutput implements Output {
	readonly #stream: Stream;
	readonly #needsKey: boolean;
	readonly #carrier: RtpCarrier;
	readonly #options: RtpOutputOptions;
	#attachment: Attachment | undefined;
	#timer: NodeJS.Timeout | undefined;
	#flowing = false;
	#packets = 0;
	#octets = 0;

	constructor(track: Track, carrier: RtpCarrier, options: RtpOutputOptions) {
		this.#stream = track.stream;
		this.#needsKey = track.media === "video";
		this.#carrier = carrier;
		this.#options = options;
	}

	/** Where receivers begin; undefined before the first frame. */
	get position(): StartPoint | undefined {
		return this.#flowing ? this.#stream.next : undefined;
	}

	get statistics(): { readonly packets: number; readonly octets: number } {
		return { packets: this.#packets, octets: this.#octets };
	}

	/** Starts the encoder if it sleeps. */
	start(): void {
		if (this.#attachment) return;
		this.#attachment = this.#stream.attach(this);
		this.#stream.requestKeyFrame();
		const { reportSeconds = 5 } = this.#options;
		this.#timer = setInterval(() => {
			if (this.#packets > 0) this.#report();
		}, reportSeconds * 1000).unref();
	}

	/** Takes leave of the receivers, where there was anything to take. Idempotent. */
	stop(): void {
		if (!this.#attachment) return;
		this.#attachment.detach();
		this.#attachment = undefined;
		clearInterval(this.#timer);
		this.#flowing = false;
		if (this.#packets > 0) this.#report(true);
	}

	frame(frame: Frame): void {
		if (this.#carrier.queued > queueOctets) this.#flowing = false;
		if (!this.#flowing) {
			if (this.#needsKey && !frame.key) return;
			if (this.#carrier.queued > queueOctets / 2) return;
			this.#flowing = true;
		}
		const first = this.#packets === 0;
		this.#carrier.frame(frame);
		this.#packets += frame.packets.length;
		this.#octets += frame.payloadOctets;
		if (!first) return;
		// Receivers set sound and picture beside each other by it.
		this.#report();
		this.#options.onFirst?.();
	}

	end(reason: string): void {
		this.#options.onEnd(reason);
	}

	#report(bye = false): void {
		const { clock, cname } = this.#options;
		const now = clock.now();
		const { ssrc } = this.#stream;
		this.#carrier.rtcp(
			writeSenderReport(
				{
					ssrc,
					now,
					rtpTimestamp: this.#stream.rtpTimestampAt(now),
					packets: this.#packets,
					octets: this.#octets,
				},
				cname,
				bye,
			),
		);
	}
}
