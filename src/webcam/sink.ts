import { diagnose } from "../media/gstreamer/diagnose.ts";
import { startGstLaunch } from "../media/gstreamer/gst-launch.ts";
import type { RtpEncoding } from "../media/relay/decode-line.ts";
import { rtpWriter } from "../media/relay/feed.ts";
import type { RelayFrame } from "../media/relay/frame-gate.ts";
import { loopbackWritten } from "../media/v4l2-chain/loopback.ts";
import type { Program } from "../system/supervise.ts";
import { busy, checkWebcamDevice, type WebcamHost } from "./device.ts";
import { fourcc, type Picture, webcamLine } from "./launch.ts";
import type { WebcamSession } from "./session.ts";
import { WebcamTrouble } from "./trouble.ts";

/** Decodes into the device. It outlives the sources that it is fed with: who shows the device keeps its picture meanwhile. */
export class WebcamSink {
	readonly encoding: RtpEncoding;
	/** Resolves when it is gone, with why; undefined for a stop that was asked for. */
	readonly ended: Promise<WebcamTrouble | undefined>;
	readonly #program: Program;
	readonly #write: (frame: RelayFrame) => void;

	private constructor(
		encoding: RtpEncoding,
		path: string,
		node: string,
		picture: Picture,
		host: WebcamHost,
	) {
		this.encoding = encoding;
		this.#program = startGstLaunch({
			name: "webcam",
			args: webcamLine(encoding, picture, node),
			writable: true,
		});
		const { stdin } = this.#program;
		this.#write = stdin ? rtpWriter(stdin) : () => {};
		this.#program.stdout.resume();
		this.ended = this.#program.exited.then(async (exit) => {
			if (exit.asked) return undefined;
			// What v4l2sink says of a device that somebody has open names neither.
			const refused = /not a output device|not-negotiated|is busy/;
			const held = refused.test(exit.stderr)
				? // The device may be gone altogether.
					await host.devices.holders(node).catch(() => [])
				: [];
			if (held.length > 0) return busy(path, held);
			return new WebcamTrouble(diagnose(exit).reason);
		});
	}

	/** @throws WebcamTrouble when the device is not one to write to */
	static async start(
		encoding: RtpEncoding,
		path: string,
		picture: Picture,
		host: WebcamHost,
	): Promise<WebcamSink> {
		const { node } = await checkWebcamDevice(path, host);
		return new WebcamSink(encoding, path, node, picture, host);
	}

	/** Feeds it; answers how to leave. */
	feed(session: WebcamSession): () => void {
		return session.subscribe(this.#write);
	}

	/** Resolves when the device has the picture's format. Rejects when it does not come to that. */
	written(
		node: string,
		{ width, height }: Picture,
		host: WebcamHost,
		signal: AbortSignal,
	): Promise<void> {
		return loopbackWritten(
			node,
			{ fourcc, width, height },
			host.devices,
			signal,
		);
	}

	async stop(): Promise<void> {
		await this.#program.stop();
	}
}
