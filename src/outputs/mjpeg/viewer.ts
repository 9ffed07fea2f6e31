import type { ServerResponse } from "node:http";
import type { Admission } from "../../auth/http-access.ts";
import type { Frame, Output } from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import { contentType, opening, partOf } from "./parts.ts";

/** How often it is asked whether the viewer's login still holds. */
const askMs = 5000;
/** Whoever has taken nothing for so long is gone, or stands still, and keeps the encoder running for nobody. */
const stalledMs = 60_000;

/** The response of who watches: a part of it for each frame, as far as they are taken. */
export class MjpegViewer implements Output {
	/** Left out because the viewer did not keep up. */
	dropped = 0;
	readonly #response: ServerResponse;
	readonly #admission: Admission;
	readonly #clock: Clock;
	#started = false;
	#askedAt: number;
	#takenAt: number;

	constructor(response: ServerResponse, admission: Admission, clock: Clock) {
		this.#response = response;
		this.#admission = admission;
		this.#clock = clock;
		this.#askedAt = this.#takenAt = clock.monotonic();
		// Without chunks, which the simplest of viewers do not know, the connection's end is that of the pictures.
		response.useChunkedEncodingByDefault = false;
		response.shouldKeepAlive = false;
		response.writeHead(200, headers);
		response.write(opening);
	}

	frame(frame: Frame): void {
		const now = this.#clock.monotonic();
		if (now - this.#askedAt > askMs) {
			this.#askedAt = now;
			if (!this.#admission.holds()) {
				this.end();
				return;
			}
		}
		// The first goes with the response's head, which still waits.
		if (this.#started && this.#response.writableLength > 0) {
			this.dropped++;
			if (now - this.#takenAt > stalledMs) this.#response.destroy();
			return;
		}
		this.#takenAt = now;
		this.#started = true;
		const part = partOf(frame);
		// The profile has become H.264, or the camera behind it sends what no browser can read.
		if (part) this.#write(part);
		else this.end();
	}

	/** Node holds back what one turn of the event loop writes: a second picture in that turn would find the first untaken. */
	#write(part: Buffer): void {
		this.#response.cork();
		this.#response.write(part);
		this.#response.uncork();
	}

	end(): void {
		this.#response.end();
	}
}

export const headers = {
	"content-type": contentType,
	"cache-control": "no-store, no-transform",
	// nginx would collect pictures before it hands them on.
	"x-accel-buffering": "no",
} as const;
