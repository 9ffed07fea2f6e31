import type {
	AudioSettings,
	CameraSettings,
	ProfileSettings,
} from "./camera/settings.ts";
import type { VideoSource } from "./camera/types.ts";
import type { CameraConfig } from "./config/load.ts";
import { bestAacEncoder } from "./media/audio/aac-encoders.ts";
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
): Promise<Pick<CameraSettings, "audio" | "offer" | "onlySizes" | "profiles">> {
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
	const audio = audioOffer(config, known);
	// Another camera encodes before we see it, v4l2compress without GStreamer: its profiles have offers of their own.
	if (source.kind === "rtsp") return { audio, offer, profiles };
	const sizes = onlySizes(known, offer ?? ownOf(source), wish);
	return { audio, offer, profiles, onlySizes: sizes };
}

/** The sound that the camera has, by the elements that GStreamer has here; none of them where it did not say in time. */
export function audioOffer(
	{ audio }: Pick<CameraConfig, "audio">,
	known: ReadonlySet<string>,
): AudioSettings | undefined {
	if (!audio) return undefined;
	const { input, ...encoder } = audio;
	const noAac = known.size > 0 && bestAacEncoder(known) instanceof Error;
	return {
		...encoder,
		channels: 1,
		fixed: input.kind === "camera",
		notEncoded: noAac ? ["AAC"] : [],
	};
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
