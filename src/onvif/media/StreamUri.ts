import type { StreamSetup } from "../../soap/schema/generated/tt.ts";
import { rtspOverHttpUrl, rtspUrl } from "../addresses.ts";
import type { MediaOperation } from "../context.ts";
import { invalidStreamSetup } from "../faults.ts";
import { findWatchableProfile } from "./find.ts";
import { lastingUri } from "./lasting-uri.ts";

export const GetStreamUri: MediaOperation<"GetStreamUri"> = {
	access: "READ_MEDIA",
	run({ StreamSetup, ProfileToken }, context) {
		const { token } = findWatchableProfile(context.camera, ProfileToken);
		checkSetup(StreamSetup);
		const { Protocol } = StreamSetup.Transport;
		if (StreamSetup.Stream === "RTP-Multicast")
			return {
				MediaUri: lastingUri(`${rtspUrl(context, token, true)}?multicast`),
			};
		if (Protocol === "HTTP")
			return { MediaUri: lastingUri(rtspOverHttpUrl(context, token)) };
		const direct = context.directUri?.(token, context.request.localAddress);
		// Its login is made anew with each start.
		if (direct !== undefined)
			return { MediaUri: { ...lastingUri(direct), InvalidAfterReboot: true } };
		return {
			MediaUri: lastingUri(rtspUrl(context, token, Protocol === "UDP")),
		};
	},
};

/** UDP, RTSP and HTTP are served; TCP is no valid setup, but ZoneMinder and others ask for it and mean RTSP. */
function checkSetup({ Stream, Transport }: StreamSetup): void {
	if (Stream === "RTP-Multicast" && Transport.Protocol !== "UDP") {
		throw invalidStreamSetup(`${Stream} goes over UDP`);
	}
}
