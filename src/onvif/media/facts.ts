import type { Capabilities } from "../../soap/schema/generated/trt.ts";
import type { MediaCapabilities } from "../../soap/schema/generated/tt.ts";
import type { Context } from "../context.ts";

/** Of the Media service specification that the service follows. */
export const version = { Major: 24, Minor: 12 } as const;

/** What the media service offers; GetCapabilities tells the same (MEDIA-8-1-2). */
export function mediaCapabilities({ camera }: Context): Capabilities {
	return {
		ProfileCapabilities: { MaximumNumberOfProfiles: camera.maximumProfiles },
		StreamingCapabilities: {
			RTPMulticast: true,
			RTP_TCP: false,
			RTP_RTSP_TCP: true,
			NonAggregateControl: false,
			NoRTSPStreaming: false,
		},
		SnapshotUri: true,
		Rotation: false,
		VideoSourceMode: false,
		OSD: false,
		TemporaryOSDText: false,
		EXICompression: false,
	};
}

export function legacyMediaCapabilities(
	context: Context,
	xaddr: string,
): MediaCapabilities {
	const { ProfileCapabilities, StreamingCapabilities } =
		mediaCapabilities(context);
	const { RTPMulticast, RTP_TCP, RTP_RTSP_TCP } = StreamingCapabilities;
	return {
		XAddr: xaddr,
		StreamingCapabilities: {
			RTPMulticast: RTPMulticast ?? false,
			RTP_TCP: RTP_TCP ?? false,
			RTP_RTSP_TCP: RTP_RTSP_TCP ?? false,
		},
		Extension: {
			ProfileCapabilities: {
				MaximumNumberOfProfiles:
					ProfileCapabilities.MaximumNumberOfProfiles ??
					context.camera.maximumProfiles,
			},
		},
	};
}
