import type {
	OSDConfiguration,
	VideoEncoderConfiguration,
} from "../../camera/types.ts";
import {
	type CaptureMode,
	type CompressedMode,
	type CompressedWish,
	isWithin,
} from "../../system/capture-mode.ts";
import { aborted } from "../../system/timer.ts";
import type { CapturePlan, StreamPlan } from "../types.ts";
import { CameraEncoder } from "./camera-encoder.ts";
import type { CameraH264Settings } from "./camera-h264-controls.ts";
import { Capture, type CaptureOptions, type CaptureOutput } from "./capture.ts";
import { decoderLine } from "./launch-compressed.ts";

/** What of a camera's own pictures may be taken, and which of them streams take as they come. */
export function compressedWish(
	{ source, width, height, frameRate }: CapturePlan,
	streams: readonly StreamPlan[],
): CompressedWish {
	const asTheyCome = streams
		.map(wantedOf)
		.filter(
			(wanted) =>
				wanted.width === width &&
				wanted.height === height &&
				!isDrawnOn(wanted) &&
				(wanted.encoding === "JPEG" || rateOf(wanted) >= frameRate),
		)
		.map(({ encoding }) => compressionOf[encoding]);
	return {
		asTheyCome: new Set(asTheyCome),
		only: source.kind === "v4l2" ? source.format : undefined,
	};
}

/** The settings for the camera's own H.264: those of the first stream that takes it as it comes. */
export function cameraH264Settings(
	mode: CaptureMode | undefined,
	streams: readonly StreamPlan[],
): CameraH264Settings | undefined {
	if (mode?.compression !== "h264") return undefined;
	return streams.find((stream) => passes(mode, wantedOf(stream)))?.encoder;
}

/** What an encoder reads: raw pictures, or the camera's own when it gives them as they are wanted. */
export interface FeedInput {
	readonly socketPath: string;
	/** Undefined for raw pictures. */
	readonly compressed: CompressedMode | undefined;
	/** Pictures came out of it. */
	delivered(): void;
	/** None came for too long. */
	suspect(): void;
	/** To be called once, when nothing is read from it any more. */
	done(): void;
}

/** What is wanted of a picture. */
export interface Wanted
	extends Pick<
		VideoEncoderConfiguration,
		"encoding" | "width" | "height" | "frameRate" | "encodingInterval"
	> {
	/** To be drawn into it. */
	readonly osds?: readonly OSDConfiguration[] | undefined;
}

export function wantedOf({
	encoder,
	osds,
}: Pick<StreamPlan, "encoder" | "osds">): Wanted {
	return { ...encoder, osds };
}

/** Into a compressed picture nothing can be drawn. */
export function isDrawnOn({ osds = [] }: Pick<Wanted, "osds">): boolean {
	return osds.length > 0;
}

/** Decoders and payloaders pass over what is broken without a word. */
export const unreadable = "none of its pictures can be read; are they broken?";

const compressionOf = { H264: "h264", JPEG: "jpeg" } as const;

/** Pictures a second that a configuration asks for. */
export function rateOf({ frameRate, encodingInterval }: Wanted): number {
	return frameRate / encodingInterval;
}

/** Whether the camera's own pictures are what is wanted. Some of JPEG can be left out, of H.264 none. */
export function passes(mode: CompressedMode, wanted: Wanted): boolean {
	return (
		mode.compression === compressionOf[wanted.encoding] &&
		mode.width === wanted.width &&
		mode.height === wanted.height &&
		!isDrawnOn(wanted) &&
		(mode.compression === "jpeg" || isWithin(mode.frameRate, rateOf(wanted)))
	);
}

export interface FeedOptions extends CaptureOptions {
	/** What the camera's own H.264 is to be like in a mode; undefined when nobody takes it as it comes. */
	readonly h264: (
		mode: CaptureMode | undefined,
	) => CameraH264Settings | undefined;
	readonly onUndecodable: (reason: string) => void;
}

function cameraEncoder({ plan, device, clock, log }: FeedOptions) {
	const { source } = plan;
	return source.kind === "v4l2" && device.controls
		? new CameraEncoder({
				device: source.device,
				controls: device.controls,
				clock,
				log,
			})
		: undefined;
}

/**
 * A source's pictures, from one capture that has it open. When the camera compresses them, one more process
 * decodes them, for all who want them raw, while there are such.
 */
export class Feed {
	readonly capture: Capture;
	readonly decoder: Capture;
	/** The camera's own, where it may have one. */
	readonly #encoder: CameraEncoder | undefined;
	readonly #h264: FeedOptions["h264"];

	constructor(options: FeedOptions) {
		this.#encoder = cameraEncoder(options);
		this.#h264 = options.h264;
		const capture = new Capture({
			...options,
			prepare: async (mode) => {
				const settings = this.#h264(mode);
				if (settings) await this.#encoder?.prepare(settings);
			},
		});
		this.capture = capture;
		let compressed: CompressedOutput | undefined;
		this.decoder = new Capture({
			...options,
			prepare: undefined,
			name: "decoder",
			silence: unreadable,
			onUnavailable: options.onUndecodable,
			device: {
				async mode(_plan, signal) {
					const output = await compressedOutput(capture, signal);
					compressed = output;
					return output.mode;
				},
				explain: (_plan, reason) =>
					Promise.resolve(compressed && this.named(compressed.mode, reason)),
				whenBack: () => Promise.resolve(),
			},
			line: (plan, socketPath) => {
				if (!compressed) throw new Error("a decoder starts behind a capture");
				const { mode } = compressed;
				return decoderLine(plan, socketPath, mode, compressed.socketPath);
			},
		});
	}

	/** Pictures for one who wants these, as the camera gives them or raw; rejects when `signal` aborts. The capture is to be held meanwhile. */
	async input(wanted: Wanted, signal: AbortSignal): Promise<FeedInput> {
		const { capture, decoder } = this;
		const { socketPath, mode } = await capture.ready(signal);
		const straight = {
			socketPath,
			delivered: () => capture.delivered(),
			suspect: () => capture.suspect(),
			done() {},
		};
		if (mode?.compression === undefined)
			return { ...straight, compressed: undefined };
		if (passes(mode, wanted)) return { ...straight, compressed: mode };
		const done = decoder.acquire();
		try {
			const raw = await decoder.ready(signal);
			return {
				socketPath: raw.socketPath,
				compressed: undefined,
				delivered() {
					decoder.delivered();
					capture.delivered();
				},
				suspect() {
					decoder.suspect();
					capture.suspect();
				},
				done,
			};
		} catch (error) {
			done();
			throw error;
		}
	}

	/** Brings the camera's own encoder to the present settings of those who take its pictures as they come. */
	async adjust(): Promise<void> {
		const settings = this.#h264(this.capture.mode);
		if (settings) await this.#encoder?.adjust(settings);
	}

	/** Asks the camera's own encoder for a key frame, where it takes that. */
	requestKeyFrame(): void {
		if (this.capture.mode?.compression === "h264")
			this.#encoder?.requestKeyFrame();
	}

	/** Why one who wants these gets no picture; undefined while all is well or nothing was tried. */
	unavailable(wanted: Wanted): string | undefined {
		const { unavailable } = this.capture;
		return (
			unavailable ??
			(this.decodesFor(wanted) ? this.decoder.unavailable : undefined)
		);
	}

	/** Whether the camera's own pictures are decoded for one who wants these. */
	decodesFor(wanted: Wanted): boolean {
		const mode = this.capture.mode;
		return mode?.compression !== undefined && !passes(mode, wanted);
	}

	/** Trouble with the camera's own pictures, for people. */
	named(mode: CompressedMode, reason: string): string {
		const { source } = this.capture.plan;
		const camera = source.kind === "v4l2" ? source.device : "the source";
		return `${camera}, which gives ${mode.fourcc} of ${mode.width}x${mode.height}: ${reason}`;
	}

	/** Resolves when every process is gone. */
	async stop(): Promise<void> {
		// At the same time, so that none takes the other's end for trouble.
		await Promise.all([this.decoder.stop(), this.capture.stop()]);
	}
}

interface CompressedOutput extends CaptureOutput {
	readonly mode: CompressedMode;
}

/** Waits for a capture that gives compressed pictures; while it gives raw ones nobody needs a decoder. Rejects when `signal` aborts. */
async function compressedOutput(
	capture: Capture,
	signal: AbortSignal,
): Promise<CompressedOutput> {
	const { socketPath, mode } = await capture.ready(signal);
	if (mode?.compression !== undefined) return { socketPath, mode };
	await aborted(signal);
	throw new Error("stopped");
}
