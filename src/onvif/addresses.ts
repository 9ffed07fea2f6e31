import type { Token } from "../camera/types.ts";
import type { Context } from "./context.ts";

/**
 * Every address in an answer stands on the one that the client reached us at (Core spec, GetServices):
 * whatever else the host is called, that one works from there. Where something stands between, it is the
 * owner's public URL.
 */
export function httpUrl(context: Context, path: string): string {
	const { protocol, localAddress, localPort, publicUrl } = context.request;
	return `${publicUrl ?? `${protocol}://${localAddress}:${localPort}`}${path}`;
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
	const reached = request.publicUrl && new URL(request.publicUrl);
	const host = reached ? reached.hostname : request.localAddress;
	const protocol = reached ? reached.protocol : `${request.protocol}:`;
	const path = `/${encodeURIComponent(profile)}`;
	if (protocol === "https:" && ports.rtsps !== undefined && !udp)
		return `rtsps://${host}:${ports.rtsps}${path}`;
	const port = reached ? (ports.publicRtsp ?? ports.rtsp) : ports.rtsp;
	return `rtsp://${host}:${port}${path}`;
}

/** On the port of the services, so that whoever reaches those reaches the stream too (Media spec, GetStreamUri). */
export function rtspOverHttpUrl(context: Context, profile: Token): string {
	return httpUrl(context, `/${encodeURIComponent(profile)}`);
}
