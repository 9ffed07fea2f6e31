import { type CaptureWish, chooseCaptureMode } from "./capture-mode.ts";
import { probeVideoDevice } from "./video-device.ts";
import type { VideoFormat } from "./video-formats.ts";

/** What of a wish a device can do. */
export interface VideoDeviceOffer {
	/** The sizes that it names and that the wished one holds. */
	readonly sizes: readonly {
		readonly width: number;
		readonly height: number;
	}[];
	/** The most pictures a second in the wished size; undefined when the driver does not say. */
	readonly frameRate: number | undefined;
}

const anyPicture = { asTheyCome: new Set<never>() };
/** Whoever starts waits for it. */
const probeMs = 3000;

/** What formats leave of a wish. */
export function offerOf(
	formats: readonly VideoFormat[],
	wish: CaptureWish,
): VideoDeviceOffer | undefined {
	const wanted = { compressed: anyPicture, ...wish };
	const mode = chooseCaptureMode(formats, wanted);
	if (mode === undefined) return undefined;
	const taken = formats.filter((one) => chooseCaptureMode([one], wanted));
	const sizes = new Map<string, { width: number; height: number }>();
	for (const size of taken.flatMap((format) => format.sizes)) {
		if (size.kind !== "discrete") continue;
		const { width, height } = size;
		if (width <= wish.width && height <= wish.height)
			sizes.set(`${width}x${height}`, { width, height });
	}
	return { sizes: [...sizes.values()], frameRate: mode.frameRate };
}

/** What a device can do of a wish; undefined when it is not there, or does not answer soon. */
export function offerOfDevice(
	path: string,
	wish: CaptureWish,
): Promise<VideoDeviceOffer | undefined> {
	return probeVideoDevice(path, { timeoutMs: probeMs }).then(
		({ formats }) => offerOf(formats, wish),
		// Whoever captures from it says what is wrong, and waits for it.
		() => undefined,
	);
}
