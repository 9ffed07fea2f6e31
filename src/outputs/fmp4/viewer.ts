import type { WebSocket } from "ws";
import type { Admission } from "../../auth/http-access.ts";
import { Congestion, type CongestionLimits } from "../../media/congestion.ts";
import type { Clock } from "../../system/clock.ts";
import type { Fragment, InitSegment, Mp4Output } from "./types.ts";

/** A second of queue is the delay at which live is not live any more; a big picture may always wait. */
const limits: CongestionLimits = {
	queueBytes: 1024 * 1024,
	resumeBytes: 64 * 1024,
	queueSeconds: 1,
};
const pingMs = 10_000;
/** RFC 6455, 7.4.1: the endpoint goes away; who watches may not any more. */
const goingAway = 1001;
const policy = 1008;
/** What fits into a close frame beside its code. */
const reasonOctets = 123;

/** One who watches over a WebSocket: gets fragments as fast as it reads, and else from the next key frame on. */
export class LiveViewer implements Mp4Output {
	/** Left out because the viewer did not keep up. */
	dropped = 0;
	readonly #socket: WebSocket;
	readonly #admission: Admission;
	readonly #congestion: Congestion;
	#init: InitSegment | undefined;
	#dropping = false;
	#answered = true;

	constructor(socket: WebSocket, admission: Admission, clock: Clock) {
		this.#socket = socket;
		this.#admission = admission;
		this.#congestion = new Congestion(limits, clock);
		const ping = setInterval(() => this.#ping(), pingMs).unref();
		socket.on("close", () => clearInterval(ping));
		socket.on("pong", () => {
			this.#answered = true;
		});
		// Its "close" follows.
		socket.on("error", () => socket.terminate());
	}

	init(init: InitSegment): void {
		this.#init = init;
	}

	fragment({ data, key }: Fragment): void {
		const queued = this.#socket.bufferedAmount;
		if (this.#dropping && key && this.#congestion.caughtUp(queued))
			this.#dropping = false;
		else if (!this.#dropping && this.#congestion.behind(queued))
			this.#dropping = true;
		if (this.#dropping) {
			this.dropped++;
			return;
		}
		if (this.#init) {
			this.#socket.send(this.#init.type);
			this.#socket.send(this.#init.data);
			this.#init = undefined;
		}
		this.#socket.send(data);
	}

	end(reason: string): void {
		this.#close(goingAway, reason);
	}

	#close(code: number, reason: string): void {
		this.#socket.close(code, Buffer.from(reason).subarray(0, reasonOctets));
	}

	/** Whoever says nothing between two pings is gone, or stands still: its queue is given back. */
	#ping(): void {
		if (!this.#admission.holds()) this.#close(policy, "log in again");
		else if (!this.#answered) this.#socket.terminate();
		else this.#socket.ping();
		this.#answered = false;
	}
}
