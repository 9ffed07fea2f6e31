import type { CameraSettings, EncoderLimits, Range } from "./settings.ts";
import type { VideoEncoding, VideoSource } from "./types.ts";

export interface Resolution {
	readonly width: number;
	readonly height: number;
}

/** What a video encoder configuration may be set to: every combination of it is accepted (Media spec, GetVideoEncoderConfigurationOptions). */
export interface EncoderOptions extends EncoderLimits {
	/** For each encoding that is offered, smallest picture first. */
	readonly resolutions: ReadonlyMap<VideoEncoding, readonly Resolution[]>;
	readonly frameRate: Range;
}

/** Sizes that clients ask for by habit; QVGA is Profile S's own demand (Media spec, "Audio and video codecs"). */
const usualResolutions: readonly Resolution[] = [
	{ width: 320, height: 180 },
	{ width: 320, height: 240 },
	{ width: 640, height: 360 },
	{ width: 640, height: 480 },
	{ width: 800, height: 600 },
	{ width: 1024, height: 768 },
	{ width: 1280, height: 720 },
	{ width: 1280, height: 960 },
	{ width: 1600, height: 1200 },
	{ width: 1920, height: 1080 },
	{ width: 2560, height: 1440 },
	{ width: 2592, height: 1944 },
	{ width: 3840, height: 2160 },
];

/** RFC 2435, 3.1.5: JPEG over RTP counts in blocks of 8 pixels, in one octet. */
const JPEG_BLOCK = 8;
const JPEG_MAXIMUM = 2040;

/** Whether a picture of this size can be sent in this encoding: 4:2:0 needs even sides, RFC 2435 whole blocks. */
export function fits(encoding: VideoEncoding, size: Resolution): boolean {
	const sides = [size.width, size.height];
	return encoding === "JPEG"
		? sides.every((n) => n > 0 && n % JPEG_BLOCK === 0 && n <= JPEG_MAXIMUM)
		: sides.every((n) => n > 0 && n % 2 === 0);
}

export function encoderOptions(settings: CameraSettings): EncoderOptions {
	const { limits, videoSource, offer, onlySizes } = settings;
	const encodings = limits.encodings.filter(
		(encoding) => onlySizes?.get(encoding)?.length !== 0,
	);
	const sizes = candidates(videoSource, [
		...(offer?.sizes ?? []),
		...settings.profiles,
	]);
	// A camera of 29.97 does 30.
	const most = Math.min(
		videoSource.frameRate,
		Math.ceil((offer?.frameRate ?? Number.POSITIVE_INFINITY) - 0.01),
	);
	return {
		...limits,
		encodings,
		resolutions: new Map(
			encodings.map((encoding) => [
				encoding,
				sizes.filter(
					(size) =>
						fits(encoding, size) && isAmong(size, onlySizes?.get(encoding)),
				),
			]),
		),
		frameRate: { min: 1, max: Math.max(1, Math.floor(most)) },
	};
}

function isAmong(
	{ width, height }: Resolution,
	sizes: readonly Resolution[] | undefined,
): boolean {
	return (
		sizes?.some((one) => one.width === width && one.height === height) ?? true
	);
}

/** The source's own size, the usual ones below it, and whatever its device offers and the owner configured. */
function candidates(
	source: VideoSource,
	others: readonly Resolution[],
): readonly Resolution[] {
	const sizes = new Map<string, Resolution>();
	const smaller = usualResolutions.filter(
		(size) => size.width <= source.width && size.height <= source.height,
	);
	for (const { width, height } of [...smaller, source, ...others]) {
		sizes.set(`${width}x${height}`, { width, height });
	}
	return [...sizes.values()].sort(
		(a, b) => a.width * a.height - b.width * b.height || a.width - b.width,
	);
}
