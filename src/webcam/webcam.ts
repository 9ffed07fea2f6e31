import { Retry } from "../media/retry.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { aborted } from "../system/timer.ts";
import type { WebcamHost } from "./device.ts";
import type { Picture } from "./launch.ts";
import { lookAtPicture } from "./look.ts";
import type { WebcamSession } from "./session.ts";
import { WebcamSink } from "./sink.ts";
import type { WebcamSource } from "./source.ts";

export interface WebcamOptions {
	readonly source: WebcamSource;
	/** Of v4l2loopback, as it was named. */
	readonly device: string;
	/** What is undefined is as in the first picture. */
	readonly wish: Partial<Picture>;
	readonly host: WebcamHost;
	readonly clock: Clock;
	readonly log: Log;
}

/** A source's pictures in a loopback device, in one size, until it is told to stop. */
export class Webcam {
	readonly #options: WebcamOptions;
	readonly #retry = new Retry();
	#picture: Picture | undefined;
	#sink: WebcamSink | undefined;
	/** The sink's pictures have come to the device. */
	#ready = false;
	#told: string | undefined;

	constructor(options: WebcamOptions) {
		this.#options = options;
	}

	async run(signal: AbortSignal): Promise<void> {
		const { source, clock } = this.#options;
		source.acquire();
		while (!signal.aborted) {
			const session = await source.session(signal).catch(() => undefined);
			if (!session) break;
			const started = clock.monotonic();
			try {
				await this.#show(session, signal);
			} catch (error) {
				if (signal.aborted) break;
				await this.#dropSink();
				this.#tell(error);
				await this.#retry.pause(clock.monotonic() - started, signal);
			}
		}
		await this.#dropSink();
		await source.stop();
	}

	/** Until the source goes. Rejects when it cannot be shown. */
	async #show(session: WebcamSession, signal: AbortSignal): Promise<void> {
		const { device, host } = this.#options;
		const { encoding } = session.track;
		const picture = await this.#size(session, signal);
		if (this.#sink?.encoding !== encoding) await this.#dropSink();
		const sink =
			this.#sink ?? (await WebcamSink.start(encoding, device, picture, host));
		this.#sink = sink;
		const over = AbortSignal.any([signal, session.ended]);
		const leave = sink.feed(session);
		const gone = sink.ended.then((trouble) => {
			if (trouble) throw trouble;
		});
		try {
			if (!this.#ready)
				await Promise.race([this.#written(session, sink, picture, over), gone]);
			await Promise.race([aborted(over), gone]);
		} finally {
			leave();
			gone.catch(() => {});
		}
	}

	async #size(session: WebcamSession, signal: AbortSignal): Promise<Picture> {
		const { width, height, frameRate } = this.#options.wish;
		if (this.#picture) return this.#picture;
		const seen =
			width && height && frameRate
				? { width, height, frameRate }
				: await lookAtPicture(session, signal);
		this.#picture = {
			width: width ?? seen.width,
			height: height ?? seen.height,
			frameRate: frameRate ?? seen.frameRate,
		};
		return this.#picture;
	}

	async #written(
		session: WebcamSession,
		sink: WebcamSink,
		picture: Picture,
		over: AbortSignal,
	): Promise<void> {
		const { device, host, log } = this.#options;
		await keyFrame(session, over);
		if (over.aborted) return;
		await sink.written(device, picture, host, over).catch((error) => {
			if (!over.aborted) throw error;
		});
		if (over.aborted) return;
		this.#ready = true;
		this.#told = undefined;
		this.#retry.reset();
		const { width, height, frameRate } = picture;
		log.info("the webcam has pictures", {
			device,
			size: `${width}x${height}`,
			frameRate,
		});
	}

	async #dropSink(): Promise<void> {
		const sink = this.#sink;
		this.#sink = undefined;
		this.#ready = false;
		await sink?.stop();
	}

	#tell(error: unknown): void {
		const reason = error instanceof Error ? error.message : String(error);
		if (reason !== this.#told)
			this.#options.log.warn("no picture in the webcam", { reason });
		this.#told = reason;
	}
}

/** Resolves when one came, or `over` aborted. */
function keyFrame(session: WebcamSession, over: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const leave = session.subscribe(({ key }) => {
			if (!key) return;
			leave();
			resolve();
		});
		void aborted(over).then(() => {
			leave();
			resolve();
		});
	});
}
