import { Reception } from "../rtp/reception.ts";
import { readSenderReport, writeReceiverReport } from "../rtp/rtcp.ts";
import type { Clock } from "../system/clock.ts";

/** On average; the first comes after half of it. Two who take part never need more for the sake of bandwidth (RFC 3550, 6.2). */
const meanMs = 5000;
/** Of RTP's fixed header. */
const headerLength = 12;

/** When the next report is due, spread so that receivers do not fall into step (RFC 3550, 6.3.1). `random`: 0 up to 1. */
export function reportIntervalMs(first: boolean, random: number): number {
	const mean = first ? meanMs / 2 : meanMs;
	return (mean * (0.5 + random)) / (Math.E - 1.5);
}

export interface ReportingOptions {
	readonly clock: Clock;
	/** So many random octets. */
	readonly random: (size: number) => Buffer;
	/** Our name in all tracks' reports. It is to tell nothing of this host (RFC 7022). */
	readonly cname: string;
	/** Ticks of the track's RTP clock a second. */
	readonly clockRate: number;
}

/**
 * What we tell the sender of one track of how it arrives (RFC 3550, 6.4.2). Cameras that know viewers of UDP by their
 * reports, as those built with live555 do, end the sessions of those that send none.
 */
export class ReceiverReports {
	readonly #options: ReportingOptions;
	readonly #reception: Reception;
	#ssrc: number;
	#heard = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: ReportingOptions) {
		this.#options = options;
		this.#reception = new Reception(options.clockRate);
		this.#ssrc = options.random(4).readUInt32BE();
	}

	/** An RTP packet of the track, as it arrives. */
	rtp(packet: Buffer): void {
		if (packet.length < headerLength || packet.readUInt8(0) >> 6 !== 2) return;
		this.#reception.packet(packet, this.#options.clock.monotonic());
		this.#heard = true;
	}

	rtcp(packet: Buffer): void {
		const report = readSenderReport(packet);
		if (report)
			this.#reception.senderReport(report, this.#options.clock.monotonic());
	}

	/** A report as of now. */
	write(): Buffer {
		const { clock, cname } = this.#options;
		// Who sent nothing since the last report is not reported on (RFC 3550, 6.4).
		const block = this.#heard
			? this.#reception.report(clock.monotonic())
			: undefined;
		this.#heard = false;
		// Two of one name in a session are one too many (RFC 3550, 8.2).
		if (block?.ssrc === this.#ssrc) this.#ssrc = (this.#ssrc + 1) >>> 0;
		return writeReceiverReport(this.#ssrc, block, cname);
	}

	/** Hands `send` a report from time to time, until `stop`. */
	start(send: (report: Buffer) => void): void {
		this.#schedule(true, send);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	#schedule(first: boolean, send: (report: Buffer) => void): void {
		const random = this.#options.random(4).readUInt32BE() / 2 ** 32;
		this.#timer = setTimeout(
			() => {
				send(this.write());
				this.#schedule(false, send);
			},
			reportIntervalMs(first, random),
		).unref();
	}
}
