import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";

export interface ViewerOptions {
	/** Of RTSP. */
	readonly transport?: "tcp" | "udp" | "http" | "udp_multicast";
	/** The network namespace it views from. */
	readonly namespace?: string;
	/** Decodes, rather than only taking apart. */
	readonly decode?: boolean;
	/** What `pipe:0` is. */
	readonly input?: Readable | undefined;
}

/** The line that runs a program in a network namespace, which it then is: the pid is the program's. */
export const inNamespace = (
	namespace: string | undefined,
	...line: readonly string[]
): readonly [string, string[]] => {
	const [file = "", ...args] = namespace
		? ["ip", "netns", "exec", namespace, ...line]
		: line;
	return [file, args];
};

/** Seconds. */
const aGap = 0.5;

/** An ffmpeg that views without end, and what it has seen so far. Comes again, as people do, while there is no picture yet. */
export class FfmpegViewer {
	frames = 0;
	/** Seconds between frames that are further apart than any that follow each other. */
	missed = 0;
	said = "";
	readonly ended: Promise<number | null>;
	#child: ChildProcess;
	#wanted = true;
	#over = false;
	/** Seconds. */
	#tick = 0;
	#time: number | undefined;

	constructor(url: string, options: ViewerOptions) {
		const { transport, namespace, decode, input } = options;
		// Pictures may be closer to each other than the stream's frame rate says.
		const codec = decode
			? ["-fps_mode", "passthrough", "-enc_time_base", "1:90000"]
			: ["-c", "copy"];
		const line = inNamespace(
			namespace,
			...["ffmpeg", "-nostdin", "-v", "warning"],
			...(transport ? ["-rtsp_transport", transport] : []),
			...["-i", url, ...codec, "-an"],
			...["-f", "framecrc", "-flush_packets", "1", "-"],
		);
		this.#child = this.#start(line, input);
		this.ended = this.#follow(line, input).finally(() => {
			this.#over = true;
		});
	}

	async #follow(
		line: ReturnType<typeof inNamespace>,
		input: Readable | undefined,
	): Promise<number | null> {
		for (;;) {
			const child = this.#child;
			const code = await new Promise<number | null>((settle) =>
				child.once("close", settle),
			);
			const refused = this.frames === 0 && /\b503\b/.test(this.said);
			if (!refused || !this.#wanted || input) return code;
			this.said = "";
			this.#child = this.#start(line, undefined);
		}
	}

	#start(
		[file, args]: ReturnType<typeof inNamespace>,
		input: Readable | undefined,
	): ChildProcess {
		const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
		// It may end before what it is given.
		child.stdin.on("error", () => {});
		if (input) input.pipe(child.stdin);
		else child.stdin.end();
		let rest = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			const lines = (rest + text).split("\n");
			rest = lines.pop() ?? "";
			for (const one of lines) this.#line(one);
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			this.said += text;
		});
		return child;
	}

	/** framecrc's header `#tb 0: 1/90000`, and a line a frame: stream, dts, pts, ... */
	#line(line: string): void {
		const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)/.exec(line) ?? [];
		if (numerator) this.#tick = Number(numerator) / Number(denominator);
		const pts = /^0,\s*-?\d+,\s*(-?\d+),/.exec(line)?.[1];
		if (pts === undefined) return;
		this.frames++;
		const time = Number(pts) * this.#tick;
		const step = time - (this.#time ?? time);
		if (step > aGap) this.missed += step;
		this.#time = time;
	}

	get running(): boolean {
		return !this.#over;
	}

	async end(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
		this.#wanted = false;
		this.#child.kill(signal);
		await this.ended;
	}
}
