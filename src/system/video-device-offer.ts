import {
	type CaptureWish,
	type Compression,
	chooseCaptureMode,
	isWithin,
} from "./capture-mode.ts";
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
	/** What the device compresses itself in exactly the wished size, so that it can go out as it comes. */
	readonly compressed: ReadonlySet<Compression>;
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
	const compressed = compressions.filter((one) => comes(formats, wish, one));
	return {
		sizes: [...sizes.values()],
		frameRate: mode.frameRate,
		compressed: new Set(compressed),
	};
}

const compressions = ["h264", "jpeg"] as const;

/** Whether a device gives what is wished in a compression of its own. Pictures of JPEG may be left out, none of H.264. */
function comes(
	formats: readonly VideoFormat[],
	wish: CaptureWish,
	only: Compression,
): boolean {
	const allowed = wish.compressed?.only ?? only;
	if (allowed !== only) return false;
	const compressed = { ...anyPicture, only };
	const mode = chooseCaptureMode(formats, { ...wish, compressed });
	return (
		mode?.width === wish.width &&
		mode.height === wish.height &&
		(only === "jpeg" || isWithin(mode.frameRate, wish.frameRate))
	);
}

/** What a device can do of a wish, in the formats that are taken; undefined when it is not there, or does not answer soon. */
export function offerOfDevice(
	path: string,
	wish: CaptureWish,
	takes: (format: VideoFormat) => boolean = () => true,
): Promise<VideoDeviceOffer | undefined> {
	return probeVideoDevice(path, { timeoutMs: probeMs }).then(
		({ formats }) => offerOf(formats.filter(takes), wish),
		// Whoever captures from it says what is wrong, and waits for it.
		() => undefined,
	);
}
