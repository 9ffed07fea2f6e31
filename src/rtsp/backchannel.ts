import type { Backchannel, WatchedProfile } from "../media/types.ts";
import type { Exchange } from "./context.ts";

/** What clients require who want to talk (ONVIF Streaming, "RTSP Require tag"). */
export const backchannelTag = "www.onvif.org/ver20/backchannel";

/** Its `trackID`: behind whatever a profile has to watch, so that a track more or less does not move it. */
export const backchannelTrack = 99;

/** The tags of a Require header. */
export function tagsOf(header: string): readonly string[] {
	return header
		.split(",")
		.map((tag) => tag.trim())
		.filter((tag) => tag !== "");
}

/** Whether a client that requires it wants the back channel described. */
export function wantsBackchannel({ request }: Exchange): boolean {
	return tagsOf(request.headers.get("require") ?? "").includes(backchannelTag);
}

/**
 * What a client may talk through. To be heard where the camera is acts on the world, as what ONVIF keeps for operators
 * does: a login that may only watch has none. OPTIONS, which needs no login, is told what there is.
 */
export function backchannelOf(
	{ identity }: Pick<Exchange, "identity">,
	profile: WatchedProfile | undefined,
): Backchannel | undefined {
	return identity?.level === "User" ? undefined : profile?.backchannel;
}
