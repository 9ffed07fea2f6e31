import { isRtp } from "../media/rtp/packet.ts";
import type { Backchannel, StartPoint, Talk } from "../media/types.ts";
import { Reception } from "../rtp/reception.ts";
import { readSenderReport, writeReceiverReport } from "../rtp/rtcp.ts";
import type { Clock } from "../system/clock.ts";
import type { RtspLimits } from "./limits.ts";
import type { Sender, SenderListener } from "./sender.ts";
import type { TrackViewer, ViewerStatistics } from "./track-viewer.ts";

export interface TalkContext {
	readonly clock: Clock;
	readonly limits: RtspLimits;
	readonly cname: string;
	/** Ours, in what is reported to the client. */
	readonly ssrc: number;
	/** For the log. */
	readonly client: string;
	/** The client gave a sign of life. */
	readonly onHeard: () => void;
	/** Another session has its ports now. */
	readonly onDisplaced: () => void;
}

/** The track of a session on which its client talks: RTP comes, reports go. */
export class TalkTrack implements TrackViewer, SenderListener {
	readonly statistics: ViewerStatistics = {
		packets: 0,
		octets: 0,
		framesDropped: 0,
		reception: undefined,
	};
	readonly #talk: Talk;
	readonly #context: TalkContext;
	readonly #reception: Reception;
	#sender: Sender | undefined;
	#playing = false;
	#reported = Number.NEGATIVE_INFINITY;

	constructor(backchannel: Backchannel, context: TalkContext) {
		this.#talk = backchannel.open(context.client);
		this.#context = context;
		this.#reception = new Reception(backchannel.formats[0]?.clockRate ?? 8000);
	}

	get playing(): boolean {
		return this.#playing;
	}

	/** What its reports leave by. */
	attach(sender: Sender): void {
		this.#sender = sender;
	}

	start(): Promise<void> {
		this.#playing = true;
		return Promise.resolve();
	}

	release(): void {}

	/** Nothing is sent to the client. */
	position(): StartPoint | undefined {
		return undefined;
	}

	pause(): void {
		this.#playing = false;
		this.#talk.close();
	}

	stop(): void {
		this.pause();
		this.#sender?.close();
	}

	/** Before PLAY nothing is heard (ONVIF Streaming, "Connection setup for a bi-directional connection"). */
	rtp(packet: Buffer): void {
		if (!this.#playing || !isRtp(packet)) return;
		this.#reception.packet(packet, this.#context.clock.monotonic());
		this.#talk.packet(packet);
		this.#context.onHeard();
	}

	rtcp(packet: Buffer): void {
		if (packet.length < 8 || packet.readUInt8(0) >> 6 !== 2) return;
		const type = packet.readUInt8(1);
		const report = readSenderReport(packet);
		if (report)
			this.#reception.senderReport(report, this.#context.clock.monotonic());
		if (type >= 192 && type <= 223) this.#context.onHeard();
	}

	displaced(): void {
		this.#context.onDisplaced();
	}

	tick(now: number): void {
		const { ssrc, cname, limits } = this.#context;
		if (!this.#playing || now - this.#reported < limits.reportSeconds * 1000)
			return;
		const received = this.#reception.report(now);
		if (received === undefined) return;
		this.#reported = now;
		this.#sender?.rtcp(writeReceiverReport(ssrc, received, cname));
	}
}
