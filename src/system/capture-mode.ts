import type { FrameRates, FrameSize, VideoFormat } from "./video-formats.ts";

/** What somebody would like to capture: pixels and frames a second. */
export interface CaptureWish {
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
	/** Pictures that the camera compresses itself, where they may be taken; without it only raw ones are. */
	readonly compressed?: CompressedWish;
}

export type Compression = "h264" | "jpeg";

export interface CompressedWish {
	/** Those that somebody takes as they come, when they have exactly the wished size. */
	readonly asTheyCome: ReadonlySet<Compression>;
	/** Take nothing else. */
	readonly only?: Compression | "raw" | undefined;
}

interface Mode {
	/** V4L2's name of the pixel format: `YUYV`. */
	readonly fourcc: string;
	readonly width: number;
	readonly height: number;
	/** Undefined when the driver does not say: then the rate is what comes. */
	readonly frameRate: number | undefined;
}

export interface RawMode extends Mode {
	/** GStreamer's name of the format, for `video/x-raw,format=`: `YUY2`. */
	readonly rawFormat: string;
	readonly compression?: undefined;
}

export interface CompressedMode extends Mode {
	readonly compression: Compression;
}

/** What a device can really give. */
export type CaptureMode = RawMode | CompressedMode;

interface RawFormat {
	readonly name: string;
	/** What it costs to encode: 0 as it is, 1 after shuffling bytes, 2 after mixing colours; more for decoding. */
	readonly cost: 0 | 1 | 2;
}

const compressions: Readonly<
	Record<string, { readonly name: Compression; readonly cost: 3 | 4 }>
> = {
	MJPG: { name: "jpeg", cost: 3 },
	JPEG: { name: "jpeg", cost: 3 },
	H264: { name: "h264", cost: 4 },
};

// Bayer is missing on purpose: GStreamer holds it under other caps, and a picture needs more than a conversion.
const rawFormats: Readonly<Record<string, RawFormat>> = {
	YU12: { name: "I420", cost: 0 },
	NV12: { name: "NV12", cost: 0 },
	YV12: { name: "YV12", cost: 0 },
	NV21: { name: "NV21", cost: 1 },
	YUYV: { name: "YUY2", cost: 1 },
	UYVY: { name: "UYVY", cost: 1 },
	YVYU: { name: "YVYU", cost: 1 },
	"422P": { name: "Y42B", cost: 1 },
	NV16: { name: "NV16", cost: 1 },
	NV61: { name: "NV61", cost: 1 },
	GREY: { name: "GRAY8", cost: 1 },
	RGB3: { name: "RGB", cost: 2 },
	BGR3: { name: "BGR", cost: 2 },
	BGR4: { name: "BGRx", cost: 2 },
	XR24: { name: "BGRx", cost: 2 },
	AR24: { name: "BGRA", cost: 2 },
	BX24: { name: "xRGB", cost: 2 },
	BA24: { name: "ARGB", cost: 2 },
	RGBP: { name: "RGB16", cost: 2 },
};

/**
 * The mode nearest to the wish: the smallest size that holds it (else the largest there is), at a rate that
 * reaches it (else the highest); then one whose pictures somebody takes as they come, H.264 first; then the
 * lowest rate, then the format that is cheapest to encode.
 * Undefined when the device has no format that can be taken.
 */
export function chooseCaptureMode(
	formats: readonly VideoFormat[],
	wish: CaptureWish,
): CaptureMode | undefined {
	let best: { mode: CaptureMode; rank: readonly number[] } | undefined;
	for (const format of formats) {
		const kind = kindOf(format, wish);
		if (kind === undefined) continue;
		for (const size of format.sizes) {
			const mode = {
				fourcc: format.fourcc,
				...kind.names,
				...nearestSize(size, wish),
				frameRate: nearestRate(size.frameRates, wish.frameRate),
			};
			const rank = rankOf(mode, wish, kind.cost);
			if (best === undefined || isLess(rank, best.rank)) best = { mode, rank };
		}
	}
	return best?.mode;
}

type Names =
	| { readonly rawFormat: string }
	| { readonly compression: Compression };

function kindOf(
	{ fourcc, compressed }: VideoFormat,
	{ compressed: wish }: CaptureWish,
): { readonly names: Names; readonly cost: number } | undefined {
	const compression = compressions[fourcc];
	if (compression !== undefined) {
		const { name, cost } = compression;
		const taken = wish !== undefined && (wish.only ?? name) === name;
		return taken ? { names: { compression: name }, cost } : undefined;
	}
	const raw = rawFormats[fourcc];
	if (raw === undefined || compressed) return undefined;
	return (wish?.only ?? "raw") === "raw"
		? { names: { rawFormat: raw.name }, cost: raw.cost }
		: undefined;
}

/** How much work it saves that somebody takes these pictures as they come: nobody can leave out pictures of H.264. */
function saving(mode: CaptureMode, wish: CaptureWish): number {
	if (
		mode.compression === undefined ||
		!wish.compressed?.asTheyCome.has(mode.compression) ||
		mode.width !== wish.width ||
		mode.height !== wish.height
	)
		return 0;
	if (mode.compression === "jpeg") return 1;
	return isWithin(mode.frameRate, wish.frameRate) ? 2 : 0;
}

/** Whether pictures that come at `frameRate` are not too many for `limit`; 29.97 is 30, and what is unknown may do. */
export function isWithin(
	frameRate: number | undefined,
	limit: number,
): boolean {
	return frameRate === undefined || frameRate <= limit * 1.002;
}

/** `12.5` as GStreamer's `25/2`; `29.97` is television's `30000/1001`. */
export function frameRateFraction(frameRate: number): string {
	const fractions = [
		...[1, 2, 3, 4].map((denominator) => ({
			numerator: Math.round(frameRate * denominator),
			denominator,
		})),
		{ numerator: Math.round(frameRate * 1.001) * 1000, denominator: 1001 },
	];
	const { numerator, denominator } = fractions.find(
		// v4l2-ctl rounds to three digits.
		(one) => Math.abs(one.numerator / one.denominator - frameRate) < 0.0006,
	) ?? { numerator: Math.round(frameRate * 1000), denominator: 1000 };
	return `${numerator}/${denominator}`;
}

function nearestSize(size: FrameSize, wish: CaptureWish) {
	if (size.kind === "discrete")
		return { width: size.width, height: size.height };
	return {
		width: nearestStep(
			size.min.width,
			size.max.width,
			size.step.width,
			wish.width,
		),
		height: nearestStep(
			size.min.height,
			size.max.height,
			size.step.height,
			wish.height,
		),
	};
}

function nearestStep(min: number, max: number, step: number, wish: number) {
	const usable = Math.max(1, step);
	const up = min + Math.ceil(Math.max(0, wish - min) / usable) * usable;
	return up <= max ? up : min + Math.floor((max - min) / usable) * usable;
}

function nearestRate(rates: FrameRates, wish: number): number | undefined {
	if (rates.kind === "range")
		return Math.min(rates.max, Math.max(rates.min, wish));
	// A camera of 29.97 serves whoever wants 30.
	const enough = rates.rates.filter((rate) => rate >= wish * 0.998);
	if (enough.length > 0) return Math.min(...enough);
	return rates.rates.length > 0 ? Math.max(...rates.rates) : undefined;
}

function rankOf(
	mode: CaptureMode,
	wish: CaptureWish,
	cost: number,
): readonly number[] {
	const holds = mode.width >= wish.width && mode.height >= wish.height;
	const area = mode.width * mode.height;
	const rate = mode.frameRate ?? 0;
	const reaches = rate >= wish.frameRate * 0.998;
	return [
		holds ? 0 : 1,
		holds ? area : -area,
		reaches ? 0 : 1,
		-saving(mode, wish),
		reaches ? rate : -rate,
		cost,
	];
}

function isLess(one: readonly number[], other: readonly number[]): boolean {
	const at = one.findIndex((value, index) => value !== other[index]);
	return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}
