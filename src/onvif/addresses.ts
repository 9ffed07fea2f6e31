import type { Token } from "../camera/types.ts";
import type { Context } from "./context.ts";

/**
 * Every address in an answer stands on the one that the client reached us at (Core spec, GetServices):
 * whatever else the host is called, that one works from there.
 */
export function httpUrl(context: Context, path: string): string {
	const { protocol, localAddress, localPort } = context.request;
	return `${protocol}://${localAddress}:${localPort}${path}`;
}

/**
 * Under 128 octets for every token that a client may give (Media spec, GetStreamUri). Who asks over TLS is sent to
 * RTSP over TLS where that is on, save for UDP, whose packets it would not cover.
 */
export function rtspUrl(
	context: Context,
	profile: Token,
	udp: boolean,
): string {
	const { request, ports } = context;
	if (request.protocol === "https" && ports.rtsps !== undefined && !udp)
		return `rtsps://${request.localAddress}:${ports.rtsps}/${encodeURIComponent(profile)}`;
	return `rtsp://${request.localAddress}:${ports.rtsp}/${encodeURIComponent(profile)}`;
}

/** On the port of the services, so that whoever reaches those reaches the stream too (Media spec, GetStreamUri). */
export function rtspOverHttpUrl(context: Context, profile: Token): string {
	return httpUrl(context, `/${encodeURIComponent(profile)}`);
}
