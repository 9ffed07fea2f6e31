import {
	connectionLine,
	mediaLines,
	sessionName,
	versionOf,
} from "../../media/send/sdp.ts";
import { isGroup } from "../../media/send/udp-way.ts";
import type { WatchedProfile } from "../../media/types.ts";
import type { RtpAddress } from "./rtp-address.ts";

/** Of the address that a push goes to, numeric. */
export interface SdpAddress extends Pick<RtpAddress, "port"> {
	readonly address: string;
	readonly ttl: number;
	/** Of this host. */
	readonly origin: string;
}

/** The SDP that receivers of a push open (RFC 4566). Rejects with `SourceUnavailable`. */
export async function pushSdp(
	{ name, tracks }: WatchedProfile,
	{ address, port, ttl, origin }: SdpAddress,
): Promise<string> {
	const descriptions = await Promise.all(
		tracks.map(({ stream }) => stream.describe()),
	);
	const media = descriptions.flatMap((description, index) => [
		...mediaLines(description, port + 2 * index),
		"a=recvonly",
	]);
	const family = origin.includes(":") ? "IP6" : "IP4";
	return [
		"v=0",
		`o=- ${tracks[0]?.stream.ssrc ?? 0} ${versionOf(media)} IN ${family} ${origin}`,
		`s=${sessionName(name)}`,
		connectionLine(address, isGroup(address) ? ttl : undefined),
		"t=0 0",
		...media,
		"",
	].join("\r\n");
}
