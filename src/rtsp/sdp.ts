import {
	connectionLine,
	mediaLines,
	sessionName,
	versionOf,
} from "../media/send/sdp.ts";
import type {
	GroupAddress,
	RtpDescription,
	StreamDescription,
} from "../media/types.ts";

export interface DescribedTrack {
	readonly trackId: number;
	readonly description: StreamDescription;
	/** Where it is to be heard; undefined for unicast. */
	readonly group?: GroupAddress | undefined;
}

export interface SessionDescription {
	readonly name: string;
	/** The same for the same presentation, however often it is described. */
	readonly sessionId: number;
	/** The address that the client reached, without zone. */
	readonly localAddress: string;
	readonly tracks: readonly DescribedTrack[];
	/** What the client may send, and on which track; undefined where it may not or did not ask. */
	readonly talk?:
		| { readonly trackId: number; readonly formats: readonly RtpDescription[] }
		| undefined;
}

/** The SDP of a presentation (RFC 4566; RFC 2326, C). */
export function writeSdp(session: SessionDescription): string {
	const six = session.localAddress.includes(":");
	const family = six ? "IP6" : "IP4";
	const media = [
		...session.tracks.flatMap(trackLines),
		...(session.talk ? talkLines(session.talk) : []),
	];
	const group = session.tracks[0]?.group;
	return [
		"v=0",
		`o=- ${session.sessionId} ${versionOf(media)} IN ${family} ${session.localAddress}`,
		`s=${sessionName(session.name)}`,
		// Where unicast goes is settled by SETUP (RFC 2326, C.1.7).
		group
			? connectionLine(group.address, group.ttl)
			: `c=IN ${family} ${six ? "::" : "0.0.0.0"}`,
		"t=0 0",
		"a=control:*",
		"a=range:npt=now-",
		...media,
		"",
	].join("\r\n");
}

function trackLines({ trackId, description, group }: DescribedTrack): string[] {
	const [media = "", ...lines] = mediaLines(description, group?.port ?? 0);
	return [
		media,
		// ONVIF Streaming, "Multicast streaming": a valid group in "c=".
		...(group ? [connectionLine(group.address, group.ttl)] : []),
		...lines,
		// The client's view: what it can only receive (ONVIF Streaming, "Connection setup for a bi-directional connection").
		"a=recvonly",
		`a=control:trackID=${trackId}`,
	];
}

/** All formats in one section: the client chooses by payload type (ONVIF Streaming, "multiple decoding capability"). */
function talkLines({
	trackId,
	formats,
}: NonNullable<SessionDescription["talk"]>): string[] {
	return [
		`m=audio 0 RTP/AVP ${formats.map((one) => one.payloadType).join(" ")}`,
		...formats.map(
			({ payloadType, encodingName, clockRate }) =>
				`a=rtpmap:${payloadType} ${encodingName}/${clockRate}`,
		),
		"a=sendonly",
		`a=control:trackID=${trackId}`,
	];
}
