import type { RemoteInfo, Socket } from "node:dgram";
import { Presence } from "../media/presence.ts";
import { Retry } from "../media/retry.ts";
import { isRtp } from "../media/rtp/packet.ts";
import { Reorder } from "../rtsp-client/reorder.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { RtpSession } from "./rtp-session.ts";
import { openRtpSocket } from "./rtp-socket.ts";
import type { RtpPlace, WebcamSession } from "./session.ts";
import { WebcamTrouble } from "./trouble.ts";

/** A sender that sends nothing for so long is gone: another may take its place. */
const silenceMs = 3000;

/** RTP as it arrives at a UDP port, from one sender at a time. */
export class RtpSource {
	readonly #place: RtpPlace;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #present = new Presence<WebcamSession>();
	readonly #retry = new Retry();
	readonly #over = new AbortController();
	#running: Promise<void> = Promise.resolve();
	#session: RtpSession | undefined;
	#reorder: Reorder | undefined;
	#sender = "";
	#heard = 0;
	#told: string | undefined;

	constructor(
		place: RtpPlace,
		{ clock, log }: { readonly clock: Clock; readonly log: Log },
	) {
		this.#place = place;
		this.#clock = clock;
		this.#log = log;
	}

	acquire(): void {
		this.#running = this.#run();
	}

	/** Waits for packets, however long it takes. Rejects when `signal` aborts. */
	session(signal: AbortSignal): Promise<WebcamSession> {
		return this.#present.wait(signal);
	}

	async stop(): Promise<void> {
		this.#over.abort();
		await this.#running;
	}

	async #run(): Promise<void> {
		const { signal } = this.#over;
		while (!signal.aborted) {
			const started = this.#clock.monotonic();
			try {
				await this.#listen(await openRtpSocket(this.#place), signal);
			} catch (error) {
				if (!(error instanceof WebcamTrouble)) throw error;
				this.#tell(error.message);
			}
			await this.#retry.pause(this.#clock.monotonic() - started, signal);
		}
	}

	async #listen(socket: Socket, signal: AbortSignal): Promise<void> {
		socket.on("message", (packet, from) => this.#take(packet, from));
		const look = setInterval(() => this.#look(), silenceMs / 2);
		try {
			await new Promise<void>((resolve, reject) => {
				socket.once("error", reject);
				if (signal.aborted) resolve();
				else signal.addEventListener("abort", () => resolve(), { once: true });
			});
		} finally {
			clearInterval(look);
			socket.close();
			this.#end();
		}
	}

	#take(packet: Buffer, { address, port }: RemoteInfo): void {
		if (!isRtp(packet)) return;
		const sender = `${address} ${port} ${packet.readUInt32BE(8)}`;
		if (sender !== this.#sender) {
			if (this.#session) return;
			this.#begin(packet, sender);
		}
		this.#heard = this.#clock.monotonic();
		this.#reorder?.push(packet);
	}

	#begin(packet: Buffer, sender: string): void {
		this.#sender = sender;
		const session = new RtpSession(
			packet.readUInt8(1) & 0x7f,
			this.#place.track,
		);
		this.#session = session;
		this.#reorder = new Reorder((ordered) => session.push(ordered));
		if (this.#told !== undefined) this.#log.info("packets come");
		this.#told = undefined;
		this.#present.come(session);
	}

	#look(): void {
		if (this.#clock.monotonic() - this.#heard < silenceMs) return;
		this.#end();
		this.#tell(`no RTP packets come to port ${this.#place.port}`);
	}

	#end(): void {
		this.#present.go();
		this.#session?.end();
		this.#session = undefined;
		this.#sender = "";
	}

	#tell(reason: string): void {
		if (reason !== this.#told)
			this.#log.warn("no picture from the source", { reason });
		this.#told = reason;
	}
}
