import {
	type CaptureMode,
	type CompressedMode,
	frameRateFraction,
} from "../../system/capture-mode.ts";

/* What launch lines are made of. */

/** The raw picture that the capture offers to encoders. */
export interface RawFormat {
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
}

/** Without what gst-launch tells of itself. */
export const quiet = ["-q"];

/** The SSRC between an encoder and the hub, which gives viewers one of its own; a key-frame request names it. */
export const encoderSsrc = 0x0e1f;

/** Frames that shm holds: what each of three encoders may have in hand, and the one being written. */
const shmFrames = 10;

type Size = Pick<RawFormat, "width" | "height">;

function frameOctets({ width, height }: Size): number {
	return Math.ceil((width * height * 3) / 2);
}

export function caps(raw: RawFormat): string {
	return `video/x-raw,format=I420,width=${raw.width},height=${raw.height},framerate=${frameRateFraction(raw.frameRate)}`;
}

export function sizeCaps({ width, height, frameRate }: CaptureMode): string {
	const rate =
		frameRate === undefined ? "" : `,framerate=${frameRateFraction(frameRate)}`;
	return `width=${width},height=${height}${rate}`;
}

/** How v4l2src and shm name what a camera compresses. */
export function compressedCaps(mode: CompressedMode): string {
	return mode.compression === "jpeg"
		? `image/jpeg,${sizeCaps(mode)}`
		: `video/x-h264,stream-format=byte-stream,alignment=au,${sizeCaps(mode)}`;
}

/** The same behind shared memory, which knows nothing of its pictures: a scaler or a rate behind the decoder leaves nothing open that is said here. */
export function sharedCaps(mode: CompressedMode): string {
	const rate = mode.frameRate === undefined ? ",framerate=0/1" : "";
	return `${compressedCaps(mode)}${rate},pixel-aspect-ratio=1/1`;
}

/** Into shared memory, where any number of processes find each picture. */
export function toShared(size: Size, socketPath: string): string[] {
	return [
		"shmsink",
		`socket-path=${socketPath}`,
		"wait-for-connection=false",
		"sync=false",
		"async=false",
		`shm-size=${frameOctets(size) * shmFrames}`,
	];
}

export function fromShared(socketPath: string): string[] {
	return [
		"shmsrc",
		`socket-path=${socketPath}`,
		"is-live=true",
		"do-timestamp=true",
	];
}

/** The picture as encoders want it, behind whatever a device or a decoder gives. */
export function madeRaw(
	mode: { readonly rawFormat?: string } & Pick<
		CaptureMode,
		"width" | "height" | "frameRate"
	>,
	raw: RawFormat,
): string[] {
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
	return fit.length > 0 ? ["!", ...fit, target] : [];
}

/** In each packet's header, the time at which its content was taken. Right behind a payloader: it cannot read what comes from rtpsession. */
export const timed = ["!", "rtponviftimestamp"];

export const h264Payload = [
	"h264parse",
	"config-interval=-1",
	"!",
	"rtph264pay",
	"pt=96",
	`ssrc=${encoderSsrc}`,
	"config-interval=-1",
	"aggregate-mode=zero-latency",
	"mtu=1400",
	...timed,
];

export const jpegPayload = [
	"rtpjpegpay",
	"pt=26",
	`ssrc=${encoderSsrc}`,
	"mtu=1400",
	...timed,
];

/** RTP on stdout, each packet behind its length (RFC 4571). */
export const toStdout = [
	"rtpstreampay",
	"!",
	"fdsink",
	"fd=1",
	"sync=false",
	"async=false",
];
