import { needsExtension } from "../rtp/jpeg-extension.ts";
import type { StreamDescription } from "../types.ts";

/** What every SDP says of a stream of ours (RFC 4566). @param port of RTP; 0 where something else settles it */
export function mediaLines(d: StreamDescription, port: number): string[] {
	const { payloadType, channels } = d;
	const lines = [`m=${d.media} ${port} RTP/AVP ${payloadType}`];
	if (d.bitrateKbit !== undefined)
		lines.push(`b=AS:${Math.ceil(d.bitrateKbit)}`);
	const parameters = channels === undefined ? "" : `/${channels}`;
	lines.push(
		`a=rtpmap:${payloadType} ${d.encodingName}/${d.clockRate}${parameters}`,
	);
	if (d.fmtp !== undefined) lines.push(`a=fmtp:${payloadType} ${d.fmtp}`);
	if (d.media === "video" && d.frameRate > 0)
		lines.push(`a=framerate:${Number(d.frameRate.toFixed(3))}`);
	// GStreamer learns from it what RTP/JPEG's header cannot tell, and its clients do not read ONVIF's extension.
	if (d.media === "video" && d.encodingName === "JPEG" && needsExtension(d))
		lines.push(`a=x-dimensions:${d.width},${d.height}`);
	return lines;
}

/** RFC 4566, 5.3: not empty, no line breaks. */
export function sessionName(name: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
	return name.replace(/[\x00-\x1f\x7f]+/g, " ").trim() || "-";
}

/** Another number for another description (RFC 4566, 5.2): FNV-1a of what is described. */
export function versionOf(lines: readonly string[]): number {
	let hash = 0x811c9dc5;
	for (const octet of Buffer.from(lines.join("\n")))
		hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
	return hash;
}

/** `c=` (RFC 4566, 5.7). @param ttl undefined for unicast, and left out of IPv6, which has none there */
export function connectionLine(address: string, ttl?: number): string {
	if (address.includes(":")) return `c=IN IP6 ${address}`;
	return `c=IN IP4 ${address}${ttl === undefined ? "" : `/${ttl}`}`;
}
