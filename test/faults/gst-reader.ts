import { type ChildProcess, spawn } from "node:child_process";
import { inNamespace } from "./ffmpeg-viewer.ts";

const picture = 320 * 240;

/** GStreamer in a network namespace that reads 320x240 H.264 as RTP over TCP (RFC 4571) from its own host, and decodes it. */
export class GstReader {
	readonly process: ChildProcess;
	said = "";
	#octets = 0;
	readonly #ended: Promise<unknown>;

	constructor(namespace: string, port: number) {
		const caps = "media=video,clock-rate=90000,encoding-name=H264";
		const [file, args] = inNamespace(
			namespace,
			...["gst-launch-1.0", "-q", "tcpclientsrc", "host=127.0.0.1"],
			...[`port=${port}`, "!", `application/x-rtp-stream,${caps}`, "!"],
			...["rtpstreamdepay", "!", `application/x-rtp,${caps}`, "!"],
			...["rtph264depay", "!", "avdec_h264", "!", "videoconvert", "!"],
			...["video/x-raw,format=GRAY8", "!", "fdsink", "fd=1", "sync=false"],
		);
		const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
		this.process = child;
		this.#ended = new Promise((settle) => child.once("close", settle));
		child.stdout.on("data", (chunk: Buffer) => {
			this.#octets += chunk.length;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			this.said += text;
		});
	}

	/** Decoded so far. */
	get pictures(): number {
		return Math.floor(this.#octets / picture);
	}

	async end(): Promise<void> {
		this.process.kill("SIGKILL");
		await this.#ended;
	}
}
