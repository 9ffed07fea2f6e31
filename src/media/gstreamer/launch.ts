import type { VideoEncoderConfiguration } from "../../camera/types.ts";
import {
	type CaptureMode,
	frameRateFraction,
} from "../../system/capture-mode.ts";
import type { CapturePlan, MediaSource } from "../types.ts";
import {
	type H264Encoder,
	type H264Settings,
	h264Elements,
} from "./h264-encoders.ts";

/**
 * Launch lines: pure functions from settings to the arguments of gst-launch-1.0.
 * Nothing a client may choose freely (names, tokens) gets into them, only numbers and words of our own.
 */

/** The raw picture that the capture offers to encoders. */
export interface RawFormat {
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
}

/** Frames that shm holds: what each of three encoders may have in hand, and the one being written. */
const shmFrames = 10;
const quiet = ["-q"];
/** ARGB of the ball pattern, which would be white on black, the very look of a camera that fails. */
const testColours = [
	"background-color=0xff1f3a5f",
	"foreground-color=0xffffd166",
];
const overlayFont = "Sans 20";

function caps(raw: RawFormat): string {
	return `video/x-raw,format=I420,width=${raw.width},height=${raw.height},framerate=${frameRateFraction(raw.frameRate)}`;
}

function frameOctets(raw: RawFormat): number {
	return Math.ceil((raw.width * raw.height * 3) / 2);
}

function source(
	from: MediaSource,
	raw: RawFormat,
	mode: CaptureMode | undefined,
): string[] {
	if (from.kind === "test") {
		const clock = from.clock
			? [
					"!",
					"clockoverlay",
					"time-format=%F %T",
					`font-desc=${overlayFont}`,
					"halignment=left",
					"valignment=bottom",
					"shaded-background=true",
				]
			: [];
		return [
			"videotestsrc",
			"is-live=true",
			`pattern=${from.pattern}`,
			...testColours,
			"!",
			caps(raw),
			...clock,
		];
	}
	const device = ["v4l2src", `device=${from.device}`, "!"];
	if (!mode) throw new Error("a V4L2 source has a capture mode");
	const rate = mode.frameRate === raw.frameRate ? [] : ["videorate", "!"];
	const scale =
		mode.width === raw.width && mode.height === raw.height
			? []
			: ["videoscale", "!"];
	const convert = mode.rawFormat === "I420" ? [] : ["videoconvert", "!"];
	const fit = [...rate, ...scale, ...convert];
	// gst-launch takes a second caps filter right behind the first for an element.
	// Square pixels, so that a picture of another shape gets borders and is not stretched.
	const target =
		scale.length > 0 ? `${caps(raw)},pixel-aspect-ratio=1/1` : caps(raw);
	const fitted = fit.length > 0 ? ["!", ...fit, target] : [];
	return [...device, deviceCaps(mode), ...fitted];
}

function deviceCaps({
	rawFormat,
	width,
	height,
	frameRate,
}: CaptureMode): string {
	const rate =
		frameRate === undefined ? "" : `,framerate=${frameRateFraction(frameRate)}`;
	return `video/x-raw,format=${rawFormat},width=${width},height=${height}${rate}`;
}

/** Source to shared memory, where any number of encoders find each picture. */
export function captureLine(
	plan: CapturePlan,
	socketPath: string,
	mode?: CaptureMode,
): string[] {
	return [
		...quiet,
		...source(plan.source, plan, mode),
		"!",
		"shmsink",
		`socket-path=${socketPath}`,
		"wait-for-connection=false",
		"sync=false",
		"async=false",
		`shm-size=${frameOctets(plan) * shmFrames}`,
	];
}

function fromCapture(raw: RawFormat, socketPath: string): string[] {
	return [
		"shmsrc",
		`socket-path=${socketPath}`,
		"is-live=true",
		"do-timestamp=true",
		"!",
		// shmsrc knows nothing of its pictures: behind a scaler the caps must be complete.
		`${caps(raw)},pixel-aspect-ratio=1/1,interlace-mode=progressive`,
		"!",
		"queue",
		"leaky=downstream",
		"max-size-buffers=1",
	];
}

function fitted(raw: RawFormat, wanted: RawFormat): string[] {
	const rate =
		wanted.frameRate < raw.frameRate
			? [
					"!",
					"videorate",
					"drop-only=true",
					"!",
					`video/x-raw,framerate=${frameRateFraction(wanted.frameRate)}`,
				]
			: [];
	const size =
		wanted.width === raw.width && wanted.height === raw.height
			? []
			: [
					"!",
					"videoscale",
					"!",
					`video/x-raw,width=${wanted.width},height=${wanted.height},pixel-aspect-ratio=1/1`,
				];
	return [...rate, ...size];
}

function h264(name: H264Encoder, encoder: VideoEncoderConfiguration): string[] {
	return [
		...h264Elements(name, encoder),
		"!",
		"h264parse",
		"config-interval=-1",
		"!",
		"rtph264pay",
		"pt=96",
		`ssrc=${encoderSsrc}`,
		"config-interval=-1",
		"aggregate-mode=zero-latency",
		"mtu=1400",
	];
}

/** The SSRC between an encoder and the hub, which gives viewers one of its own; a key-frame request names it. */
export const encoderSsrc = 0x0e1f;

/**
 * Shared memory to RTP on stdout, each packet behind its length (RFC 4571).
 * H.264 also reads RTCP from stdin in the same framing: a picture loss indication asks for a key frame.
 */
export function encoderLine(
	raw: RawFormat,
	encoder: VideoEncoderConfiguration,
	socketPath: string,
	h264Encoder: H264Encoder = "x264enc",
): string[] {
	const wanted = {
		...encoder,
		frameRate: encoder.frameRate / encoder.encodingInterval,
	};
	const input = [
		...quiet,
		...fromCapture(raw, socketPath),
		...fitted(raw, wanted),
		"!",
	];
	const output = [
		"rtpstreampay",
		"!",
		"fdsink",
		"fd=1",
		"sync=false",
		"async=false",
	];
	if (encoder.encoding === "JPEG")
		return [
			...input,
			"jpegenc",
			`quality=${encoder.quality}`,
			"!",
			"rtpjpegpay",
			"pt=26",
			`ssrc=${encoderSsrc}`,
			"mtu=1400",
			"!",
			...output,
		];
	return [
		...input,
		...h264(h264Encoder, encoder),
		"!",
		"application/x-rtp,rtcp-fb-nack-pli=(boolean)true",
		"!",
		"session.send_rtp_sink",
		"rtpsession",
		"name=session",
		"rtp-profile=avpf",
		"session.send_rtp_src",
		"!",
		...output,
		"fdsrc",
		"fd=0",
		"do-timestamp=true",
		"!",
		"application/x-rtcp-stream",
		"!",
		"rtpstreamdepay",
		"!",
		"session.recv_rtcp_sink",
	];
}

/** One picture out of shared memory as a JPEG file on stdout. */
export function snapshotLine(
	raw: RawFormat,
	size: {
		readonly width: number;
		readonly height: number;
		readonly quality: number;
	},
	socketPath: string,
): string[] {
	return [
		...quiet,
		"shmsrc",
		`socket-path=${socketPath}`,
		"is-live=true",
		"do-timestamp=true",
		"num-buffers=1",
		"!",
		`${caps(raw)},pixel-aspect-ratio=1/1,interlace-mode=progressive`,
		...fitted(raw, { ...size, frameRate: raw.frameRate }),
		"!",
		"jpegenc",
		`quality=${size.quality}`,
		"!",
		"fdsink",
		"fd=1",
		"sync=false",
		"async=false",
	];
}

/** Five pictures through an encoder, to see whether it works: H.264 on stdout. */
export function trialLine(
	encoder: H264Encoder,
	settings: H264Settings,
): string[] {
	return [
		...quiet,
		"videotestsrc",
		"num-buffers=5",
		"!",
		caps(settings),
		"!",
		...h264Elements(encoder, settings),
		"!",
		"h264parse",
		"!",
		"fdsink",
		"fd=1",
		"sync=false",
	];
}
