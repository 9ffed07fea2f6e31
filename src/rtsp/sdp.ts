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
	const media = session.tracks.flatMap(mediaLines);
	return [
		"v=0",
		`o=- ${session.sessionId} ${version(media)} IN ${family} ${session.localAddress}`,
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

function mediaLines({ trackId, description: d }: DescribedTrack): string[] {
	const { payloadType, channels } = d;
	const lines = [`m=${d.media} 0 RTP/AVP ${payloadType}`];
	if (d.bitrateKbit !== undefined)
		lines.push(`b=AS:${Math.ceil(d.bitrateKbit)}`);
	const parameters = channels === undefined ? "" : `/${channels}`;
	lines.push(
		`a=rtpmap:${payloadType} ${d.encodingName}/${d.clockRate}${parameters}`,
	);
	if (d.fmtp !== undefined) lines.push(`a=fmtp:${payloadType} ${d.fmtp}`);
	if (d.media === "video" && d.frameRate > 0)
		lines.push(`a=framerate:${Number(d.frameRate.toFixed(3))}`);
	// The client's view: what it can only receive (ONVIF Streaming, "Connection setup for a bi-directional connection").
	lines.push("a=recvonly", `a=control:trackID=${trackId}`);
	return lines;
}

/** RFC 4566, 5.3: not empty, no line breaks. */
function sessionName(name: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
	return name.replace(/[\x00-\x1f\x7f]+/g, " ").trim() || "-";
}

/** Another number for another description (RFC 4566, 5.2): FNV-1a of what is described. */
function version(lines: readonly string[]): number {
	let hash = 0x811c9dc5;
	for (const octet of Buffer.from(lines.join("\n")))
		hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
	return hash;
}
