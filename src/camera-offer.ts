import type { CameraSettings } from "./camera/settings.ts";
import type { VideoSource } from "./camera/types.ts";
import type { CameraConfig } from "./config/load.ts";
import { knownElementsSoon } from "./media/gstreamer/elements.ts";
import { onlySizes } from "./media/gstreamer/only-sizes.ts";
import {
	offerOfDevice,
	type VideoDeviceOffer,
} from "./system/video-device-offer.ts";

/** Whoever starts waits for it. */
const elementsMs = 3000;

/** What device and encoders can do of what the profiles wish for, found out when the service starts. */
export async function cameraOffer(
	config: CameraConfig,
	wish: VideoSource,
): Promise<Pick<CameraSettings, "offer" | "onlySizes">> {
	const { source, profiles } = config;
	const [offer, known] = await Promise.all([
		source.kind === "v4l2"
			? offerOfDevice(source.device, {
					...wish,
					compressed: { asTheyCome: new Set(), only: source.format },
				})
			: undefined,
		knownElementsSoon(elementsMs),
	]);
	// v4l2compress encodes without GStreamer, another camera before we see it.
	if (source.kind === "rtsp" || profiles.some(({ chain }) => chain))
		return { offer };
	return { offer, onlySizes: onlySizes(known, offer ?? ownOf(source), wish) };
}

/** A test picture and a file are always encoded here; a device that is not there may compress its pictures itself. */
function ownOf({
	kind,
}: CameraConfig["source"]): Pick<VideoDeviceOffer, "compressed"> | undefined {
	return kind === "v4l2" ? undefined : { compressed: new Set() };
}
