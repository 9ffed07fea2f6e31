import type {
	OSDConfiguration,
	VideoEncoderConfiguration,
} from "../../camera/types.ts";
import {
	type CaptureMode,
	frameRateFraction,
	type RawMode,
} from "../../system/capture-mode.ts";
import { decoded, type RtpEncoding } from "../relay/decode-line.ts";
import type { CapturePlan, MediaSource } from "../types.ts";
import {
	type H264Encoder,
	type H264Settings,
	h264Elements,
} from "./h264-encoders.ts";
import {
	caps,
	compressedCaps,
	fromShared,
	h264Payload,
	jpegPayload,
	madeRaw,
	quiet,
	type RawFormat,
	sizeCaps,
	toShared,
	toStdout,
} from "./launch-parts.ts";
import { osdElements } from "./osd.ts";
import { toFullRange } from "./range.ts";

/**
 * Launch lines: pure functions from settings to the arguments of gst-launch-1.0.
 * Nothing a client may choose freely (names, tokens) gets into them, only numbers and words of our own,
 * and the text of OSDs, escaped.
 */

/** ARGB of the ball pattern, which would be white on black, the very look of a camera that fails. */
const testColours = [
	"background-color=0xff1f3a5f",
	"foreground-color=0xffffd166",
];
const overlayFont = "Sans 20";

function source(
	from: MediaSource,
	raw: RawFormat,
	mode: CaptureMode | undefined,
	fed: RtpEncoding,
): string[] {
	if (from.kind === "rtsp" || from.kind === "file")
		return decoded(from, fed, caps(raw));
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
	if (mode.compression !== undefined) return [...device, compressedCaps(mode)];
	return [...device, deviceCaps(mode), ...madeRaw(mode, raw)];
}

function deviceCaps(mode: RawMode): string {
	return `video/x-raw,format=${mode.rawFormat},${sizeCaps(mode)}`;
}

/** Source to shared memory: raw pictures of the plan's size, or what the camera compresses as it comes; `fed` is the encoding of video on stdin. */
export function captureLine(
	plan: CapturePlan,
	socketPath: string,
	mode?: CaptureMode,
	fed: RtpEncoding = "H264",
): string[] {
	return [
		// One that is fed says when it plays.
		...(plan.source.kind === "rtsp" ? ["-m"] : quiet),
		...source(plan.source, plan, mode, fed),
		"!",
		// What is compressed is smaller than raw pictures of its size.
		...toShared(mode?.compression ? mode : plan, socketPath),
	];
}

function fromCapture(raw: RawFormat, socketPath: string): string[] {
	return [
		...fromShared(socketPath),
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

/**
 * Shared memory to RTP on stdout, each packet behind its length (RFC 4571).
 * H.264 also reads RTCP from stdin in the same framing: a picture loss indication asks for a key frame.
 */
export function encoderLine(
	raw: RawFormat,
	encoder: VideoEncoderConfiguration,
	socketPath: string,
	h264Encoder: H264Encoder = "x264enc",
	osds: readonly OSDConfiguration[] = [],
): string[] {
	const wanted = {
		...encoder,
		frameRate: encoder.frameRate / encoder.encodingInterval,
	};
	const input = [
		...quiet,
		...fromCapture(raw, socketPath),
		...fitted(raw, wanted),
		...osdElements(osds, encoder.width),
		"!",
	];
	if (encoder.encoding === "JPEG")
		return [
			...input,
			...toFullRange,
			"!",
			"jpegenc",
			`quality=${encoder.quality}`,
			"!",
			...jpegPayload,
			"!",
			...toStdout,
		];
	return [
		...input,
		...h264Elements(h264Encoder, encoder),
		"!",
		...h264Payload,
		"!",
		"application/x-rtp,rtcp-fb-nack-pli=(boolean)true",
		"!",
		"session.send_rtp_sink",
		"rtpsession",
		"name=session",
		"rtp-profile=avpf",
		"session.send_rtp_src",
		"!",
		...toStdout,
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
		readonly osds?: readonly OSDConfiguration[] | undefined;
	},
	socketPath: string,
): string[] {
	return [
		...quiet,
		...fromShared(socketPath),
		"num-buffers=1",
		"!",
		`${caps(raw)},pixel-aspect-ratio=1/1,interlace-mode=progressive`,
		...fitted(raw, { ...size, frameRate: raw.frameRate }),
		...osdElements(size.osds ?? [], size.width),
		"!",
		...toFullRange,
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
