import { decodedRtp, type RtpEncoding } from "../media/relay/decode-line.ts";

/** What the webcam shows, whatever its source does. */
export interface Picture {
	/** Pixels, even. */
	readonly width: number;
	/** Pixels, even. */
	readonly height: number;
	/** Frames a second, as programs are told: more do not come, fewer may. */
	readonly frameRate: number;
}

/** V4L2's name of the pictures: planar YUV 4:2:0, which Chromium, Firefox and all others take. */
export const fourcc = "YU12";

/** Says on stdout what the pictures are like. */
export function lookLine(encoding: RtpEncoding): string[] {
	return ["-v", ...decodedRtp(encoding), "!", "fakesink", "sync=false"];
}

/** Pictures into the device, in one size and rate. */
export function webcamLine(
	encoding: RtpEncoding,
	{ width, height, frameRate }: Picture,
	device: string,
): string[] {
	return [
		"-q",
		...decodedRtp(encoding),
		"!",
		// The latest picture: who is late is not waited for.
		"queue",
		"leaky=downstream",
		"max-size-buffers=2",
		"max-size-bytes=0",
		"max-size-time=0",
		"!",
		// v4l2sink sets the device anew whenever anything changes, which nobody may while somebody watches.
		"capssetter",
		`caps=video/x-raw,framerate=${frameRate}/1,chroma-site=mpeg2,interlace-mode=progressive`,
		"!",
		"videoconvert",
		"!",
		"videoscale",
		"add-borders=true",
		"!",
		`video/x-raw,format=I420,width=${width},height=${height},pixel-aspect-ratio=1/1`,
		"!",
		"v4l2sink",
		`device=${device}`,
		"sync=false",
	];
}
