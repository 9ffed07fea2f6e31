import { type ChildProcess, spawn } from "node:child_process";

export interface ViewerOptions {
	readonly transport: "tcp" | "udp";
	/** The network namespace it views from. */
	readonly namespace?: string;
	/** Decodes, rather than only taking apart. */
	readonly decode?: boolean;
}

/** An ffmpeg that views without end, and what it has seen so far. */
export class FfmpegViewer {
	frames = 0;
	said = "";
	readonly ended: Promise<number | null>;
	readonly #child: ChildProcess;

	constructor(url: string, { transport, namespace, decode }: ViewerOptions) {
		const codec = decode ? ["-fps_mode", "passthrough"] : ["-c", "copy"];
		const line = [
			...(namespace ? ["ip", "netns", "exec", namespace] : []),
			...["ffmpeg", "-nostdin", "-v", "warning"],
			...["-rtsp_transport", transport, "-i", url],
			...[...codec, "-f", "framecrc", "-flush_packets", "1", "-"],
		];
		const [file = "", ...args] = line;
		const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
		this.#child = child;
		this.ended = new Promise((settle) => child.once("close", settle));
		let rest = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			const lines = (rest + text).split("\n");
			rest = lines.pop() ?? "";
			for (const one of lines) if (/^0,/.test(one)) this.frames++;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			this.said += text;
		});
	}

	get running(): boolean {
		return this.#child.exitCode === null && this.#child.signalCode === null;
	}

	/** `ip netns exec` becomes the program that it starts: the pid is ffmpeg's. */
	async end(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
		if (this.running) this.#child.kill(signal);
		await this.ended;
	}
}
