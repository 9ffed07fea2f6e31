import { mediaLines, sessionName, versionOf } from "../media/send/sdp.ts";
import type { StreamDescription } from "../media/types.ts";

export interface DescribedTrack {
	readonly trackId: number;
	readonly description: StreamDescription;
}

export interface SessionDescription {
	readonly name: string;
	/** The same for the same presentation, however often it is described. */
	readonly sessionId: number;
	/** The address that the client reached, without zone. */
	readonly localAddress: string;
	readonly tracks: readonly DescribedTrack[];
}

/** The SDP of a presentation (RFC 4566; RFC 2326, C). */
export function writeSdp(session: SessionDescription): string {
	const six = session.localAddress.includes(":");
	const family = six ? "IP6" : "IP4";
	const media = session.tracks.flatMap(trackLines);
	return [
		"v=0",
		`o=- ${session.sessionId} ${versionOf(media)} IN ${family} ${session.localAddress}`,
		`s=${sessionName(session.name)}`,
		// Where unicast goes is settled by SETUP (RFC 2326, C.1.7).
		`c=IN ${family} ${six ? "::" : "0.0.0.0"}`,
		"t=0 0",
		"a=control:*",
		"a=range:npt=now-",
		...media,
		"",
	].join("\r\n");
}

function trackLines({ trackId, description }: DescribedTrack): string[] {
	return [
		...mediaLines(description, 0),
		// The client's view: what it can only receive (ONVIF Streaming, "Connection setup for a bi-directional connection").
		"a=recvonly",
		`a=control:trackID=${trackId}`,
	];
}
