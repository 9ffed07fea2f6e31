import type { PadFormat } from "./media-graph.ts";
import type { FrameRates, VideoFormat } from "./video-formats.ts";

/** What a sensor may be asked for: a picture to convert, or one that it compressed itself. */
export type PictureKind = "raw" | "jpeg";

// linux/media-bus-format.h, and what video nodes call the same octets in memory.
const fourccs: Readonly<Record<string, readonly string[]>> = {
	UYVY8_2X8: ["UYVY"],
	UYVY8_1X16: ["UYVY"],
	YUYV8_2X8: ["YUYV"],
	YUYV8_1X16: ["YUYV"],
	YVYU8_2X8: ["YVYU"],
	YVYU8_1X16: ["YVYU"],
	RGB565_2X8_LE: ["RGBP"],
	RGB888_1X24: ["RGB3"],
	BGR888_1X24: ["BGR3"],
	ARGB8888_1X32: ["BA24"],
	Y8_1X8: ["GREY"],
	JPEG_1X8: ["JPEG", "MJPG"],
	SBGGR8_1X8: ["BA81"],
	SGBRG8_1X8: ["GBRG"],
	SGRBG8_1X8: ["GRBG"],
	SRGGB8_1X8: ["RGGB"],
	SBGGR10_1X10: ["BG10"],
	SGBRG10_1X10: ["GB10"],
	SGRBG10_1X10: ["BA10"],
	SRGGB10_1X10: ["RG10"],
	SBGGR12_1X12: ["BG12"],
	SGBRG12_1X12: ["GB12"],
	SGRBG12_1X12: ["BA12"],
	SRGGB12_1X12: ["RG12"],
};

const isYuv = (code: string) => /^(UYVY|YUYV|YVYU|VYUY)8_/.test(code);

export const isBayer = (code: string) => /^S[BGR]{4}\d/.test(code);

/** Parallel buses take two cycles a pixel (2X8), CSI-2 is named by its 16 bits (1X16). */
export const yuvCodes: readonly string[] = Object.keys(fourccs).filter(isYuv);

const bayerCodes = Object.keys(fourccs).filter(isBayer);

/**
 * The bus formats to ask a sensor for, best first. `present` is what it has now: of several that fit, the one that
 * somebody chose. Bayer is asked for only where something behind the sensor makes a picture of it.
 */
export function codesToTry(
	kind: PictureKind,
	present: string | undefined,
	processed: boolean,
): readonly string[] {
	if (kind === "jpeg") return ["JPEG_1X8"];
	const usable = [
		...yuvCodes,
		"RGB888_1X24",
		"BGR888_1X24",
		"RGB565_2X8_LE",
		...(processed ? bayerCodes : []),
	];
	const first = present !== undefined && usable.includes(present);
	return first
		? [present, ...usable.filter((code) => code !== present)]
		: usable;
}

/** The name of a bus format's octets in memory, or undefined for one that is not known here. */
export function fourccOf(code: string): string | undefined {
	return fourccs[code]?.[0];
}

/**
 * Of a video node's formats those that it can really stream while `pad` feeds it, in the pad's size. Where it has
 * none that is the bus format as it is, one that the hardware converts to.
 */
export function formatsBehind(
	formats: readonly VideoFormat[],
	pad: PadFormat,
): readonly VideoFormat[] {
	const direct = fourccs[pad.code] ?? [];
	const untouched = formats.filter(({ fourcc }) => direct.includes(fourcc));
	const converted = isYuv(pad.code)
		? formats.filter(({ compressed }) => !compressed)
		: [];
	return (untouched.length > 0 ? untouched : converted).map((format) => ({
		...format,
		sizes: [
			{
				kind: "discrete",
				width: pad.width,
				height: pad.height,
				frameRates: ratesOf(format, pad),
			},
		],
	}));
}

function ratesOf({ sizes }: VideoFormat, pad: PadFormat): FrameRates {
	const size = sizes.find((one) =>
		one.kind === "discrete"
			? one.width === pad.width && one.height === pad.height
			: one.max.width >= pad.width && one.max.height >= pad.height,
	);
	return size?.frameRates ?? { kind: "discrete", rates: [] };
}
