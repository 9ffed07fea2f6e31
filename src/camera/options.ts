import {
	type CameraSettings,
	defaultEncoderLimits,
	type EncoderLimits,
	type ProfileOffer,
	type Range,
} from "./settings.ts";
import { encoderTokenOf } from "./state.ts";
import type { Token, VideoEncoding, VideoSource } from "./types.ts";

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

/** RFC 2435, 3.1.5: JPEG over RTP counts in blocks of 8 pixels. */
const JPEG_BLOCK = 8;

/** Whether a picture of this size can be sent in this encoding: 4:2:0 needs even sides, RFC 2435 whole blocks. */
export function fits(
	encoding: VideoEncoding,
	size: Resolution,
	{ jpegSide = Number.POSITIVE_INFINITY }: Pick<EncoderLimits, "jpegSide"> = {},
): boolean {
	const sides = [size.width, size.height];
	return encoding === "JPEG"
		? sides.every((n) => n > 0 && n % JPEG_BLOCK === 0 && n <= jpegSide)
		: sides.every((n) => n > 0 && n % 2 === 0);
}

/** What each encoder configuration may be set to. */
export interface AllEncoderOptions {
	/** Of the configuration with this token. Without one: what any of them can do. */
	of(token?: Token): EncoderOptions;
}

export function encoderOptions(settings: CameraSettings): AllEncoderOptions {
	const { limits, videoSource, offer, profiles } = settings;
	const sizes = candidates(videoSource, [...(offer?.sizes ?? []), ...profiles]);
	const usual = options(limits, sizes, settings);
	const all = new Map(
		profiles.map((profile) => [
			encoderTokenOf(profile.token),
			profile.offer ? ownOptions(profile, profile.offer, videoSource) : usual,
		]),
	);
	const any = widest([...all.values()]);
	return {
		of: (token) => (token === undefined ? any : (all.get(token) ?? usual)),
	};
}

function ownOptions(
	profile: Resolution,
	{ limits, source }: ProfileOffer,
	videoSource: VideoSource,
): EncoderOptions {
	const sizes = sorted([...(source?.sizes ?? []), profile]);
	return options(limits, sizes, { videoSource, offer: source });
}

function options(
	limits: EncoderLimits,
	sizes: readonly Resolution[],
	{
		videoSource,
		offer,
		onlySizes,
	}: Pick<CameraSettings, "videoSource" | "offer" | "onlySizes">,
): EncoderOptions {
	const encodings = limits.encodings.filter(
		(encoding) => onlySizes?.get(encoding)?.length !== 0,
	);
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
						fits(encoding, size, limits) &&
						isAmong(size, onlySizes?.get(encoding)),
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

/** What at least one of them can do; their other limits are the same. */
function widest(all: readonly EncoderOptions[]): EncoderOptions {
	const [first] = all;
	if (first === undefined) throw new Error("a camera has profiles");
	const range = (key: "bitrateKbit" | "frameRate") => ({
		min: Math.min(...all.map((one) => one[key].min)),
		max: Math.max(...all.map((one) => one[key].max)),
	});
	const { encodings, h264Profiles } = defaultEncoderLimits;
	const theirs = encodings.filter((encoding) =>
		all.some((one) => one.encodings.includes(encoding)),
	);
	return {
		...first,
		encodings: theirs,
		h264Profiles: h264Profiles.filter((profile) =>
			all.some((one) => one.h264Profiles.includes(profile)),
		),
		resolutions: new Map(
			theirs.map((encoding) => [
				encoding,
				sorted(all.flatMap((one) => one.resolutions.get(encoding) ?? [])),
			]),
		),
		bitrateKbit: range("bitrateKbit"),
		frameRate: range("frameRate"),
	};
}

/** The source's own size, the usual ones below it, and whatever its device offers and the owner configured. */
function candidates(
	source: VideoSource,
	others: readonly Resolution[],
): readonly Resolution[] {
	const smaller = usualResolutions.filter(
		(size) => size.width <= source.width && size.height <= source.height,
	);
	return sorted([...smaller, source, ...others]);
}

/** Each once, smallest picture first. */
function sorted(sizes: readonly Resolution[]): readonly Resolution[] {
	const once = new Map(
		sizes.map(({ width, height }) => [`${width}x${height}`, { width, height }]),
	);
	return [...once.values()].sort(
		(a, b) => a.width * a.height - b.width * b.height || a.width - b.width,
	);
}
