import type { OnlySizes } from "../../camera/settings.ts";
import type { VideoSource } from "../../camera/types.ts";
import type { VideoDeviceOffer } from "../../system/video-device-offer.ts";
import { h264Encoders } from "./h264-encoders.ts";

const encodings = [
	{ encoding: "H264", elements: h264Encoders, compression: "h264" },
	{ encoding: "JPEG", elements: ["jpegenc"], compression: "jpeg" },
] as const;

/**
 * What cannot be encoded here, and so can be had only as the camera gives it, in the source's size or not at all.
 * Nothing is held back on a guess: neither while GStreamer does not say what it has (`known` is empty)
 * nor while the device is not there to be asked (`offer` is undefined).
 */
export function onlySizes(
	known: ReadonlySet<string>,
	offer: Pick<VideoDeviceOffer, "compressed"> | undefined,
	{ width, height }: Pick<VideoSource, "width" | "height">,
): OnlySizes {
	if (known.size === 0 || offer === undefined) return new Map();
	return new Map(
		encodings
			.filter(({ elements }) => !elements.some((one) => known.has(one)))
			.map(({ encoding, compression }) => [
				encoding,
				offer.compressed.has(compression) ? [{ width, height }] : [],
			]),
	);
}
