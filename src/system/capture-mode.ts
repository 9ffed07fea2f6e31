import type { FrameRates, FrameSize, VideoFormat } from "./video-formats.ts";

/** What somebody would like to capture: pixels and frames a second. */
export interface CaptureWish {
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
}

/** What a device can really give. */
export interface CaptureMode {
	/** V4L2's name of the pixel format: `YUYV`. */
	readonly fourcc: string;
	/** GStreamer's name of it, for `video/x-raw,format=`: `YUY2`. */
	readonly rawFormat: string;
	readonly width: number;
	readonly height: number;
	/** Undefined when the driver does not say: then the rate is what comes. */
	readonly frameRate: number | undefined;
}

interface RawFormat {
	readonly name: string;
	/** What it costs to encode: 0 as it is, 1 after shuffling bytes, 2 after mixing colours. */
	readonly cost: 0 | 1 | 2;
}

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
 * The mode nearest to the wish: the smallest size that holds it (else the largest there is), then the
 * lowest rate that reaches it (else the highest), then the format that is cheapest to encode.
 * Undefined when the device has no raw format that can be converted.
 */
export function chooseCaptureMode(
	formats: readonly VideoFormat[],
	wish: CaptureWish,
): CaptureMode | undefined {
	let best: { mode: CaptureMode; rank: readonly number[] } | undefined;
	for (const format of formats) {
		const raw = rawFormats[format.fourcc];
		if (raw === undefined || format.compressed) continue;
		for (const size of format.sizes) {
			const mode = {
				fourcc: format.fourcc,
				rawFormat: raw.name,
				...nearestSize(size, wish),
				frameRate: nearestRate(size.frameRates, wish.frameRate),
			};
			const rank = rankOf(mode, wish, raw.cost);
			if (best === undefined || isLess(rank, best.rank)) best = { mode, rank };
		}
	}
	return best?.mode;
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
		reaches ? rate : -rate,
		cost,
	];
}

function isLess(one: readonly number[], other: readonly number[]): boolean {
	const at = one.findIndex((value, index) => value !== other[index]);
	return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}
