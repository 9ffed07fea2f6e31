import type { Socket } from "node:net";
import { Congestion, type CongestionLimits } from "../../media/congestion.ts";
import type { Attachment, Frame, Output, Track } from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import { onStalled } from "../../system/stalled.ts";
import { framed } from "./framed.ts";

const limits: CongestionLimits = {
	queueBytes: 1024 * 1024,
	resumeBytes: 64 * 1024,
	queueSeconds: 4,
};
/** Whoever takes nothing for so long is gone, or stands still: its queue is given back. */
const stalledMs = 30_000;

/** One connection: gets frames as fast as it reads, from a key frame on. */
export class RtpOverTcpViewer implements Output {
	/** Whole frames not sent because the viewer did not keep up. */
	dropped = 0;
	readonly #track: Track;
	readonly #socket: Socket;
	readonly #congestion: Congestion;
	readonly #attachment: Attachment;
	#waiting: boolean;
	#begun = false;

	/** Starts the encoder if it sleeps. */
	constructor(track: Track, socket: Socket, clock: Clock) {
		this.#track = track;
		this.#socket = socket;
		this.#waiting = track.media === "video";
		this.#congestion = new Congestion(limits, clock);
		this.#attachment = track.stream.attach(this);
		track.stream.requestKeyFrame();
		onStalled(socket, stalledMs, () => socket.destroy());
		socket.once("close", () => this.#attachment.detach());
	}

	frame(frame: Frame): void {
		const queued = this.#socket.writableLength;
		if (!this.#waiting && this.#congestion.behind(queued)) {
			this.#waiting = true;
			this.#track.stream.requestKeyFrame();
		}
		if (this.#waiting) {
			if (!frame.key || !this.#congestion.caughtUp(queued)) {
				if (this.#begun) this.dropped++;
				return;
			}
			this.#waiting = false;
		}
		this.#begun = true;
		this.#socket.write(framed(frame));
	}

	end(): void {
		this.#socket.end();
	}
}
