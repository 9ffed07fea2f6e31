import { RtspError } from "./errors.ts";

/** `tcp`: interleaved with the RTSP connection (RFC 2326, 10.12). */
export type Transport = "tcp" | "udp";

export interface Session {
	readonly id: string;
	/** How often to tell that we still watch. */
	readonly keepAliveMs: number;
}

const defaultTimeoutSeconds = 60;
const longestKeepAliveMs = 25_000;

/** Reads a `Session` header (RFC 2326, 12.37). @throws RtspError when it names none */
export function readSession(text: string): Session {
	const [id = "", ...parameters] = text.split(";");
	if (!/^[\x21-\x7e]{1,256}$/.test(id.trim()))
		throw new RtspError("it gives the session no proper name");
	const timeout = parameters
		.map((one) => /^\s*timeout\s*=\s*(\d{1,6})/i.exec(one)?.[1])
		.find((one) => one !== undefined);
	const seconds = Math.max(2, Number(timeout ?? defaultTimeoutSeconds));
	return {
		id: id.trim(),
		keepAliveMs: Math.min(longestKeepAliveMs, (seconds * 1000) / 2),
	};
}

/** The channels of RTP and RTCP that a `Transport` header (RFC 2326, 12.39) gives. @throws RtspError when it gives none */
export function readChannels(text: string): readonly [number, number] {
	const found = /\binterleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?/i.exec(
		text,
	);
	const rtp = Number(found?.[1] ?? Number.NaN);
	const rtcp = Number(found?.[2] ?? rtp + 1);
	if (!(rtp <= 255 && rtcp <= 255) || rtp === rtcp)
		throw new RtspError(
			"it does not send over the RTSP connection; try transport: udp",
		);
	return [rtp, rtcp];
}

/** The server's ports of RTP and RTCP; undefined where a `Transport` header does not tell them. */
export function readServerPorts(
	text: string,
): readonly [number, number] | undefined {
	const told = /\bserver_port\s*=\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?/i.exec(text);
	const rtp = Number(told?.[1] ?? 0);
	const rtcp = Number(told?.[2] ?? rtp + 1);
	return rtp > 0 && rtcp > 0 && Math.max(rtp, rtcp) <= 65_535
		? [rtp, rtcp]
		: undefined;
}
