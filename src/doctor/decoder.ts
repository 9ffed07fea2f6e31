import { diagnose } from "../media/gstreamer/diagnose.ts";
import { startGstLaunch } from "../media/gstreamer/gst-launch.ts";
import type { MediaFormat } from "../rtsp-client/sdp.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { Trouble } from "./finding.ts";

/** Decoded pictures leave as thumbnails, which are cheap to count: grey, this wide and high. */
const thumbnail = 16;
const pictureOctets = thumbnail * thumbnail;

/** RTP on stdin, each packet behind its length (RFC 4571), to a thumbnail a decoded frame on stdout. */
export function decoderLine(format: MediaFormat): string[] {
	const rtp = `media=video,clock-rate=${format.clockRate},encoding-name=${format.encodingName},payload=${format.payloadType}`;
	return [
		"-q",
		"fdsrc",
		"fd=0",
		"!",
		`application/x-rtp-stream,${rtp}`,
		"!",
		"rtpstreamdepay",
		"!",
		`application/x-rtp,${rtp}`,
		"!",
		"decodebin",
		"!",
		"videoconvert",
		"!",
		"videoscale",
		"!",
		`video/x-raw,format=GRAY8,width=${thumbnail},height=${thumbnail}`,
		"!",
		"fdsink",
		"fd=1",
		"sync=false",
	];
}

/** A decoder of GStreamer's own choice; it counts the pictures that it could decode. */
export class Decoder {
	readonly #program;
	readonly #done: Deferred<void> = deferred();
	#octets = 0;

	constructor(format: MediaFormat, wantedFrames: number) {
		this.#program = startGstLaunch({
			name: "decoder",
			args: decoderLine(format),
			writable: true,
		});
		this.#program.stdout.on("data", (chunk: Buffer) => {
			this.#octets += chunk.length;
			if (this.frames >= wantedFrames) this.#done.resolve();
		});
		void this.#program.exited.then((exit) =>
			this.#done.reject(
				/missing a plug-?in|no decoder|Missing element/i.test(exit.stderr)
					? noDecoder(format)
					: new Error(`the decoder: ${diagnose(exit).reason}`),
			),
		);
	}

	/** Frames decoded so far. */
	get frames(): number {
		return Math.floor(this.#octets / pictureOctets);
	}

	/** Resolves with the wanted number of frames; rejects when the decoder ends. */
	get done(): Promise<void> {
		return this.#done.promise;
	}

	/** Takes an RTP packet; false when it has enough until `onDrain`. */
	packet(packet: Buffer): boolean {
		const { stdin } = this.#program;
		if (!stdin?.writable) return true;
		const length = Buffer.allocUnsafe(2);
		length.writeUInt16BE(packet.length);
		stdin.write(length);
		return stdin.write(packet);
	}

	onDrain(drained: () => void): void {
		this.#program.stdin?.on("drain", drained);
	}

	async stop(): Promise<void> {
		await this.#program.stop();
	}
}

function noDecoder({ encodingName }: MediaFormat): Trouble {
	return new Trouble(
		`GStreamer has no decoder of ${encodingName} here to look at the pictures with`,
		"apt-get install gstreamer1.0-libav",
	);
}
