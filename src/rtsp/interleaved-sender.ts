import { onChannel } from "../media/rtp/frame-packets.ts";
import type { Frame } from "../media/types.ts";
import type { Sender } from "./sender.ts";
import { ssrcParameter } from "./sender.ts";

/** An RTSP connection as interleaved packets see it. */
export interface InterleavedLink {
	readonly queued: number;
	readonly delivered: number;
	write(data: Buffer): void;
	/** Holds back writes until `uncork`, so that many leave in one. */
	cork(): void;
	uncork(): void;
	releaseChannels(channels: readonly [number, number]): void;
}

/** RTP in the RTSP connection (RFC 2326, 10.12): one write a frame. */
export class InterleavedSender implements Sender {
	readonly kind = "TCP";
	readonly #link: InterleavedLink;
	readonly #channels: readonly [number, number];
	readonly #channel: number;

	constructor(link: InterleavedLink, channels: readonly [number, number]) {
		this.#link = link;
		this.#channels = channels;
		this.#channel = channels[0];
	}

	get queued(): number {
		return this.#link.queued;
	}

	get delivered(): number {
		return this.#link.delivered;
	}

	frame(frame: Frame): void {
		this.#link.write(onChannel(frame, this.#channel));
	}

	burst(frames: readonly Frame[]): void {
		this.#link.cork();
		for (const frame of frames) this.frame(frame);
		this.#link.uncork();
	}

	rtcp(packet: Buffer): void {
		const data = Buffer.allocUnsafe(4 + packet.length);
		data.writeUInt8(0x24, 0);
		data.writeUInt8(this.#channels[1], 1);
		data.writeUInt16BE(packet.length, 2);
		packet.copy(data, 4);
		this.#link.write(data);
	}

	transport(ssrc: number): string {
		return `RTP/AVP/TCP;unicast;interleaved=${this.#channels.join("-")};${ssrcParameter(ssrc)}`;
	}

	close(): void {
		this.#link.releaseChannels(this.#channels);
	}
}
