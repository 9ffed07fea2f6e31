import type { Program } from "../../system/supervise.ts";
import { startGstLaunch } from "../gstreamer/gst-launch.ts";
import { whenPlaying } from "../gstreamer/playing.ts";
import type { AudioSink } from "../types.ts";
import { diagnoseTalk } from "./diagnose.ts";
import type { TalkFormat } from "./formats.ts";
import { talkLine } from "./launch.ts";

/** What may wait for a child that does not read: two seconds of G.711. */
const waitingOctets = 16 * 1024;
/** What is kept of the first words until it plays: half a second. */
const firstPackets = 25;
/** To play what it has, once it gets no more. */
const playOutMs = 1500;

export interface PlayerOptions {
	readonly format: TalkFormat;
	/** Percent of full volume. */
	readonly level: number;
	readonly sink: AudioSink;
	/** Until then the one before this may hold the loudspeaker. */
	readonly after: Promise<unknown>;
	/** It ended unasked, for that reason. */
	readonly onFailure: (reason: string) => void;
}

/** The process that plays what one client says. */
export class Player {
	readonly format: TalkFormat;
	/** Resolves when its process is gone. */
	readonly ended: Promise<void>;
	readonly #options: PlayerOptions;
	#program: Program | undefined;
	/** Until it plays. */
	#first: Buffer[] | undefined = [];
	#stopped = false;

	constructor(options: PlayerOptions) {
		this.#options = options;
		this.format = options.format;
		this.ended = this.#run();
	}

	/** What cannot be played in time is left out. */
	write(packet: Buffer): void {
		const framed = Buffer.allocUnsafe(2 + packet.length);
		framed.writeUInt16BE(packet.length, 0);
		packet.copy(framed, 2);
		if (this.#first === undefined) this.#send(framed);
		else {
			this.#first.push(framed);
			if (this.#first.length > firstPackets) this.#first.shift();
		}
	}

	/** What it has is still played. */
	stop(): void {
		if (this.#stopped) return;
		this.#stopped = true;
		const program = this.#program;
		if (program === undefined) return;
		program.stdin?.end();
		const timer = setTimeout(() => void program.stop(), playOutMs).unref();
		void program.exited.then(() => clearTimeout(timer));
	}

	async #run(): Promise<void> {
		const { format, level, sink, after, onFailure } = this.#options;
		await after;
		if (this.#stopped) return;
		this.#program = startGstLaunch({
			name: "loudspeaker",
			args: talkLine(format, level, sink),
			writable: true,
		});
		whenPlaying(this.#program.stdout, () => this.#begin());
		const exit = await this.#program.exited;
		if (!this.#stopped) onFailure(diagnoseTalk(exit, sink));
	}

	#begin(): void {
		const first = this.#first ?? [];
		this.#first = undefined;
		for (const framed of first) this.#send(framed);
	}

	#send(framed: Buffer): void {
		const stdin = this.#program?.stdin;
		if (stdin?.writable && stdin.writableLength <= waitingOctets)
			stdin.write(framed);
	}
}
