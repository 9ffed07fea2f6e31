import { type Header, type RtspStatus, reasonPhrases } from "./status.ts";

/** A request as it stood on the wire (RFC 2326, 6). */
export interface RtspRequest {
	readonly kind: "request";
	readonly method: string;
	/** As sent: `rtsp://...`, `*` or a path. */
	readonly uri: string;
	/** Digits. */
	readonly cseq: string;
	/** By lower-case name; repeated headers are joined with a comma. */
	readonly headers: ReadonlyMap<string, string>;
	readonly body: Buffer;
}

export interface RtspResponse {
	readonly status: RtspStatus;
	readonly headers?: readonly Header[];
	readonly body?: string;
}

/**
 * The bytes of a response. `cseq` is undefined when the request had none that could be read.
 * Header values must hold no line break.
 */
export function writeResponse(
	response: RtspResponse,
	cseq: string | undefined,
	date: number,
): Buffer {
	const { status, headers = [], body } = response;
	let text = `RTSP/1.0 ${status} ${reasonPhrases[status]}\r\n`;
	if (cseq !== undefined) text += `CSeq: ${cseq}\r\n`;
	text += `Server: onvifd\r\nDate: ${new Date(date).toUTCString()}\r\n`;
	for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
	if (body !== undefined)
		text += `Content-Length: ${Buffer.byteLength(body)}\r\n`;
	return Buffer.from(`${text}\r\n${body ?? ""}`);
}
