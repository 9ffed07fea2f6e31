import type { Log } from "../system/log.ts";
import type { RtspRequest } from "./message.ts";

/** As many refusals of one connection get into the log: more of them say nothing new. */
const most = 5;

/** Says once what was refused, to whom and why; no connection can fill the log. */
export class RefusalLog {
	readonly #log: Log;
	readonly #client: string;
	#count = 0;

	constructor(log: Log, client: string) {
		this.#log = log;
		this.#client = client;
	}

	note(status: number, reason: string, request?: RtspRequest): void {
		if (++this.#count > most) return;
		this.#log.warn("RTSP request refused", {
			client: this.#client,
			status,
			reason,
			method: request?.method,
			// A URL may hold a user's password.
			uri: request?.uri.replace(/\/\/[^/@]*@/, "//"),
		});
	}
}
