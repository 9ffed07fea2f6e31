import { Again, type Player, type Tell, videoElement } from "./player.ts";

declare global {
	// Safari on telephones has this one only.
	var ManagedMediaSource: typeof MediaSource | undefined;
}

const Source = globalThis.ManagedMediaSource ?? globalThis.MediaSource;

export const canPlayLive = Source !== undefined;

/** Behind the newest picture by more than so many of them, it plays faster ... */
const lateFrames = 2.5;
const leastLateSeconds = 0.12;
const fasterRate = 1.25;
const fasterRateHeard = 1.05;
/** ... and by so much more it jumps. */
const jumpSeconds = 0.75;
/** What was shown is kept so long, in seconds. */
const keptSeconds = 5;
/** Without a fragment for so long it says that it waits. */
const silenceMs = 3000;
const waiting = "Waiting for the camera …";

/** What is to be played, and who wants to know how that goes. */
interface Task {
	readonly path: string;
	/** Frames a second. */
	readonly frameRate: number;
	readonly tell: Tell;
}

/** Fragmented MP4 over a WebSocket (docs/live.md), always near the end of what came. */
export function playLive(task: Task): Player {
	const video = videoElement();
	const again = new Again();
	let run: Run | undefined;
	const start = () => {
		run?.stop();
		run = new Run(video, task, again, start);
	};
	start();
	return {
		element: video,
		behind: () => run?.behind,
		stop() {
			again.stop();
			run?.stop();
		},
	};
}

/** One connection, and what it plays into. */
class Run {
	readonly #video: HTMLVideoElement;
	readonly #task: Task;
	readonly #again: Again;
	readonly #restart: () => void;
	readonly #source = new Source();
	readonly #url = URL.createObjectURL(this.#source);
	readonly #socket: WebSocket;
	readonly #queue: (string | ArrayBuffer)[] = [];
	#buffer: SourceBuffer | undefined;
	#silence: number | undefined;
	#sound = false;
	#started = false;
	#over = false;

	constructor(
		video: HTMLVideoElement,
		task: Task,
		again: Again,
		restart: () => void,
	) {
		this.#video = video;
		this.#task = task;
		this.#again = again;
		this.#restart = restart;
		video.src = this.#url;
		video.onplaying = () => {
			again.well();
			task.tell({ kind: "playing", sound: this.#sound });
		};
		video.onerror = () => this.#fail("The browser cannot decode this video.");
		this.#source.addEventListener("sourceopen", () => this.#next());
		this.#socket = new WebSocket(task.path);
		this.#socket.binaryType = "arraybuffer";
		this.#socket.onmessage = ({ data }) => this.#take(data);
		this.#socket.onclose = ({ reason }) =>
			this.#fail(reason || "The connection to the camera is lost.");
	}

	get behind(): number | undefined {
		const { buffered, currentTime } = this.#video;
		return buffered.length > 0
			? buffered.end(buffered.length - 1) - currentTime
			: undefined;
	}

	stop(): void {
		if (this.#over) return;
		this.#over = true;
		clearTimeout(this.#silence);
		this.#socket.close();
		URL.revokeObjectURL(this.#url);
	}

	#fail(words: string): void {
		if (this.#over) return;
		this.stop();
		this.#task.tell({ kind: "trouble", words });
		this.#again.later(this.#restart);
	}

	#take(data: string | ArrayBuffer): void {
		this.#queue.push(data);
		clearTimeout(this.#silence);
		this.#silence = setTimeout(
			() => this.#task.tell({ kind: "loading", words: waiting }),
			silenceMs,
		);
		this.#next();
	}

	#next(): void {
		if (this.#over || this.#source.readyState !== "open") return;
		if (this.#buffer?.updating || this.#queue.length === 0) return;
		const data = this.#queue.shift();
		try {
			if (typeof data === "string") this.#expect(data);
			else if (data && this.#buffer) this.#buffer.appendBuffer(data);
		} catch (error) {
			this.#fail(error instanceof Error ? error.message : String(error));
		}
	}

	/** The encoder starts, or has new settings: what follows is of this type. */
	#expect(type: string): void {
		if (!Source.isTypeSupported(type)) {
			this.#fail(`This browser does not play ${type}.`);
			return;
		}
		this.#sound = type.includes("mp4a");
		if (this.#buffer) this.#buffer.changeType(type);
		else {
			this.#buffer = this.#source.addSourceBuffer(type);
			this.#buffer.addEventListener("updateend", () => this.#updated());
		}
		this.#next();
	}

	#updated(): void {
		const video = this.#video;
		const behind = this.behind;
		if (!this.#over && behind !== undefined) {
			const end = video.currentTime + behind;
			const late = Math.max(
				leastLateSeconds,
				lateFrames / this.#task.frameRate,
			);
			// What comes first, all at once, begins with the last key frame.
			const allowed = this.#started ? late + jumpSeconds : late;
			if (this.#queue.length === 0) this.#started = true;
			if (behind > allowed || behind < 0)
				video.currentTime = Math.max(0, end - 0.05);
			const faster = video.muted ? fasterRate : fasterRateHeard;
			video.playbackRate = behind > late ? faster : 1;
			if (video.paused) void video.play().catch(() => undefined);
			if (this.#forget(end)) return;
		}
		this.#next();
	}

	/** Not while the next fragment is added, which may begin before it is told that the one before was. */
	#forget(end: number): boolean {
		const start = this.#video.buffered.start(0);
		if (end - start < 3 * keptSeconds) return false;
		if (!this.#buffer || this.#buffer.updating) return false;
		this.#buffer.remove(start, end - keptSeconds);
		return true;
	}
}
