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
export const goingAway = 1001;
const policy = 1008;
/** What fits into a close frame beside its code. */
const reasonOctets = 123;

/** Closes with a reason, of which as much is told as fits. */
export function closeWith(
	socket: WebSocket,
	code: number,
	reason: string,
): void {
	socket.close(code, Buffer.from(reason).subarray(0, reasonOctets));
}

export interface LiveViewerOptions {
	readonly socket: WebSocket;
	readonly admission: Admission;
	readonly clock: Clock;
	/** It can go on from the next one. */
	requestKeyFrame(): void;
}

/** One who watches over a WebSocket: gets fragments as fast as it reads, and else from the next key frame on. */
export class LiveViewer implements Mp4Output {
	/** Left out because the viewer did not keep up. */
	dropped = 0;
	readonly #options: LiveViewerOptions;
	readonly #congestion: Congestion;
	#init: InitSegment | undefined;
	#dropping = false;
	#answered = true;
	/** At the ping before. */
	#droppedBefore = 0;

	constructor(options: LiveViewerOptions) {
		const { socket, clock } = options;
		this.#options = options;
		this.#congestion = new Congestion(limits, clock);
		const ping = setInterval(() => this.#ping(), pingMs).unref();
		socket.on("close", () => clearInterval(ping));
		socket.on("pong", () => {
			this.#answered = true;
		});
	}

	init(init: InitSegment): void {
		this.#init = init;
	}

	fragment({ data, key }: Fragment): void {
		const { socket } = this.#options;
		if (!this.#keepsUp(key, socket.bufferedAmount)) {
			this.dropped++;
			return;
		}
		if (this.#init) {
			socket.send(this.#init.type);
			socket.send(this.#init.data);
			this.#init = undefined;
		}
		socket.send(data);
	}

	end(reason: string): void {
		closeWith(this.#options.socket, goingAway, reason);
	}

	#keepsUp(key: boolean, queued: number): boolean {
		if (!this.#dropping) {
			this.#dropping = this.#congestion.behind(queued);
			return !this.#dropping;
		}
		if (!this.#congestion.caughtUp(queued)) return false;
		if (key) this.#dropping = false;
		else this.#options.requestKeyFrame();
		return key;
	}

	/** Whoever says nothing between two pings is gone, unless the ping may still wait behind video; whether that moves, the connection sees. */
	#ping(): void {
		const { admission, socket } = this.#options;
		const slow =
			socket.bufferedAmount > 0 || this.dropped > this.#droppedBefore;
		this.#droppedBefore = this.dropped;
		if (!admission.holds()) closeWith(socket, policy, "log in again");
		else if (!this.#answered && !slow) socket.terminate();
		else socket.ping();
		this.#answered = false;
	}
}
