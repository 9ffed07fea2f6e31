import { Congestion } from "../media/congestion.ts";
import type {
	Attachment,
	Frame,
	Output,
	StartPoint,
	Stream,
	Track,
} from "../media/types.ts";
import { writeSenderReport } from "../rtp/rtcp.ts";
import type { Clock } from "../system/clock.ts";
import { after, compressTimestamps } from "./backlog.ts";
import type { RtspLimits } from "./limits.ts";
import { readRtcp } from "./rtcp-reader.ts";
import type { Sender } from "./sender.ts";
import type { TrackViewer, ViewerStatistics } from "./track-viewer.ts";

export interface ViewerContext {
	readonly clock: Clock;
	readonly limits: RtspLimits;
	readonly cname: string;
	/** The stream will give no more. */
	onEnd(reason: string): void;
}

/**
 * What becomes of a frame: nobody plays; waiting for the first key frame, or for the tracks that
 * do; kept until PLAY is answered; sent; not sent because the viewer is behind.
 */
type Phase =
	| "stopped"
	| "awaiting-key"
	| "awaiting-others"
	| "held"
	| "live"
	| "dropping";

/**
 * Sound goes on while the pictures of a viewer who is behind are left out, since it is small; their queue may then
 * grow by so much.
 */
function boundsOf({ media }: Track, limits: RtspLimits): RtspLimits {
	const { queueBytes, resumeBytes } = limits;
	return media === "video"
		? limits
		: { ...limits, queueBytes: queueBytes + resumeBytes };
}

/** One track of one session: takes the stream's frames and sends them, as fast as its viewer reads. */
export class Viewer implements Output, TrackViewer {
	readonly statistics: ViewerStatistics = {
		packets: 0,
		octets: 0,
		framesDropped: 0,
		reception: undefined,
	};
	readonly #stream: Stream;
	/** Pictures begin with a key frame; sound and metadata with whatever comes next, and nobody waits for it. */
	readonly #begins: "key frame" | "at once";
	readonly #sender: Sender;
	readonly #context: ViewerContext;
	#phase: Phase = "stopped";
	#attachment: Attachment | undefined;
	#held: Frame[] = [];
	#started: (() => void) | undefined;
	#waitingSince = 0;
	readonly #congestion: Congestion;
	#askedForKey = false;
	/** PLAY was answered before a key frame came: the first one goes out at once. */
	#released = false;
	/** Of the last frame sent; undefined before the first. */
	#lastTimestamp: number | undefined;
	#nextSequenceNumber = 0;
	/** Nothing between the last frame sent and PAUSE was dropped. */
	#complete = true;
	#reported = 0;

	constructor(track: Track, sender: Sender, context: ViewerContext) {
		this.#stream = track.stream;
		this.#begins = track.media === "video" ? "key frame" : "at once";
		this.#sender = sender;
		this.#context = context;
		this.#congestion = new Congestion(
			boundsOf(track, context.limits),
			context.clock,
		);
	}

	get playing(): boolean {
		return this.#phase !== "stopped";
	}

	/** Attaches. Resolves when `position` can be asked for: pictures hold their frames from a key frame on, or none came in time. */
	async start(): Promise<void> {
		this.#released = false;
		this.#phase = this.#begins === "at once" ? "awaiting-others" : "held";
		this.#attachment = this.#stream.attach(this);
		if (this.#begins === "key frame")
			await this.#toKeyFrame(this.#attachment.backlog);
	}

	async #toKeyFrame(backlog: readonly Frame[]): Promise<void> {
		const fresh = after(backlog, this.#lastTimestamp);
		// Back from a short PAUSE, the next live frame follows the last one sent.
		if (this.#complete && fresh.length === 0 && backlog.length > 0) return;
		const decodable = fresh[0]?.key === true || this.#complete;
		this.#held = decodable ? compressTimestamps(fresh) : [];
		if (this.#held.length === 0) await this.#firstKeyFrame();
	}

	/** Sends what was held, and each frame from now on. */
	release(): void {
		this.#released = true;
		if (this.#phase !== "held") return;
		this.#phase = "live";
		const held = this.#held;
		this.#held = [];
		this.#sender.burst(held);
		for (const frame of held) this.#count(frame);
		this.#report();
	}

	/** Where a viewer begins, or already is; from here on nothing is left out. Undefined when no key frame came in time. */
	position(): StartPoint | undefined {
		if (this.#begins === "at once") {
			if (this.#phase === "awaiting-others") this.#phase = "held";
			return this.#stream.next;
		}
		const [first] = this.#held;
		if (first) return first;
		if (this.#phase === "awaiting-key" || this.#lastTimestamp === undefined)
			return undefined;
		return {
			sequenceNumber: this.#nextSequenceNumber,
			rtpTimestamp: this.#stream.rtpTimestampAt(this.#context.clock.now()),
		};
	}

	/** PAUSE: the place is kept. */
	pause(): void {
		this.#complete = this.#phase === "live";
		this.#phase = "stopped";
		this.#held = [];
		this.#attachment?.detach();
		this.#attachment = undefined;
		this.#begin();
	}

	/** Leaves for good, with a BYE where anything was sent: whoever gets it ends, so it is only for who watched. */
	stop(silently = false): void {
		this.pause();
		if (this.statistics.packets > 0 && !silently) this.#report(true);
		this.#sender.close();
	}

	frame(frame: Frame): void {
		switch (this.#phase) {
			case "live":
				if (this.#congestion.behind(this.#sender.queued)) this.#drop();
				else this.#send(frame);
				return;
			case "dropping":
				if (this.#mayResume(frame)) this.#send(frame);
				else this.statistics.framesDropped++;
				return;
			case "held":
				this.#held.push(frame);
				return;
			case "awaiting-key":
				if (!frame.key) return;
				this.#phase = "held";
				this.#held.push(frame);
				this.#begin();
				if (this.#released) this.release();
				return;
			case "awaiting-others":
			case "stopped":
		}
	}

	end(reason: string): void {
		this.#context.onEnd(reason);
	}

	/** An RTCP packet of the viewer's; whether it was one. */
	rtcp(packet: Buffer): boolean {
		const now = this.#context.clock.now();
		const received = readRtcp(packet, this.#stream.ssrc, now);
		if (received === undefined) return false;
		if (received.reception) this.statistics.reception = received.reception;
		if (received.wantsKeyFrame && this.playing) this.#stream.requestKeyFrame();
		return true;
	}

	/** To be called about once a second: sender reports, and the end of waiting. `now` is monotonic. */
	tick(now: number): void {
		const { reportSeconds, firstFrameSeconds } = this.#context.limits;
		if (this.#phase === "live" || this.#phase === "dropping") {
			if (now - this.#reported >= reportSeconds * 1000) this.#report();
		} else if (
			this.#phase === "awaiting-key" &&
			now - this.#waitingSince >= firstFrameSeconds * 1000
		)
			this.#begin();
	}

	#firstKeyFrame(): Promise<void> {
		this.#phase = "awaiting-key";
		this.#waitingSince = this.#context.clock.monotonic();
		this.#stream.requestKeyFrame();
		return new Promise((resolve) => {
			this.#started = resolve;
		});
	}

	#begin(): void {
		this.#started?.();
		this.#started = undefined;
	}

	#drop(): void {
		this.#phase = "dropping";
		this.#askedForKey = false;
		this.statistics.framesDropped++;
	}

	/** A single frame left out would spoil the picture until the next key frame: so nothing is sent before that. */
	#mayResume(frame: Frame): boolean {
		if (!this.#congestion.caughtUp(this.#sender.queued)) return false;
		if (frame.key) {
			this.#phase = "live";
			return true;
		}
		if (!this.#askedForKey) this.#stream.requestKeyFrame();
		this.#askedForKey = true;
		return false;
	}

	#send(frame: Frame): void {
		this.#sender.frame(frame);
		this.#count(frame);
	}

	#count(frame: Frame): void {
		this.statistics.packets += frame.packets.length;
		this.statistics.octets += frame.payloadOctets;
		this.#lastTimestamp = frame.rtpTimestamp;
		this.#nextSequenceNumber =
			(frame.sequenceNumber + frame.packets.length) & 0xffff;
	}

	#report(bye = false): void {
		const { clock, cname } = this.#context;
		const now = clock.now();
		this.#reported = clock.monotonic();
		const { ssrc } = this.#stream;
		const rtpTimestamp = this.#stream.rtpTimestampAt(now);
		const { packets, octets } = this.statistics;
		this.#sender.rtcp(
			writeSenderReport(
				{ ssrc, now, rtpTimestamp, packets, octets },
				cname,
				bye,
			),
		);
	}
}
