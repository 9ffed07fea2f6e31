import { lookup } from "node:dns/promises";
import { PushFailed } from "./types.ts";

/** Of `rtp://host:port`. */
export interface RtpAddress {
	/** A name, or a numeric address without brackets. */
	readonly host: string;
	/** Of the video's RTP; RTCP is on the next, sound on the two after it. */
	readonly port: number;
}

export function rtpAddress(url: string): RtpAddress {
	const { hostname, port } = new URL(url);
	return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
}

/** The host's numeric address. Rejects with `PushFailed`. */
export async function resolveHost(host: string): Promise<string> {
	try {
		return (await lookup(host)).address;
	} catch (error) {
		const code = error instanceof Error && "code" in error ? error.code : error;
		throw new PushFailed(`${host} does not resolve (${code})`);
	}
}
