import type { CameraSettings, ProfileSettings } from "./camera/settings.ts";
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
): Promise<Pick<CameraSettings, "offer" | "onlySizes" | "profiles">> {
	const { source } = config;
	const [offer, profiles, known] = await Promise.all([
		source.kind === "v4l2"
			? offerOfDevice(source.device, {
					...wish,
					compressed: { asTheyCome: new Set(), only: source.format },
				})
			: undefined,
		chainOffers(config),
		knownElementsSoon(elementsMs),
	]);
	// Another camera encodes before we see it, v4l2compress without GStreamer: its profiles have offers of their own.
	if (source.kind === "rtsp") return { offer, profiles };
	const sizes = onlySizes(known, offer ?? ownOf(source), wish);
	return { offer, profiles, onlySizes: sizes };
}

async function chainOffers(
	config: CameraConfig,
): Promise<readonly ProfileSettings[]> {
	if (!config.profiles.some(({ chain }) => chain)) return config.profiles;
	const { withChainOffers } = await import("./chain-offers.ts");
	return withChainOffers(config);
}

/** A test picture and a file are always encoded here; a device that is not there may compress its pictures itself. */
function ownOf({
	kind,
}: CameraConfig["source"]): Pick<VideoDeviceOffer, "compressed"> | undefined {
	return kind === "v4l2" ? undefined : { compressed: new Set() };
}
