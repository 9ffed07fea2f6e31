import type { RtspStatus } from "./status.ts";

export interface RequestHead {
	readonly method: string;
	readonly uri: string;
	readonly cseq: string;
	readonly headers: ReadonlyMap<string, string>;
	readonly contentLength: number;
}

/** Why a head is none: after it nothing more can be read from the connection. */
export interface HeadProblem {
	readonly status: RtspStatus;
	readonly reason: string;
	/** The CSeq to answer with, where one could be read. */
	readonly cseq: string | undefined;
}

/** Headers that may stand only once: two of them would mean two different requests. */
const single = new Set(["cseq", "content-length", "session", "transport"]);
const requestLine = /^([A-Z_]{1,32}) (\S{1,2048}) (\S{1,32})$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64})[ \t]*:(.*)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/;

/** Reads a request line and its headers (RFC 2326, 6.1 and 15.1); `text` is latin1 and ends before the empty line. */
export function readHead(
	text: string,
	maximumHeaders: number,
): RequestHead | HeadProblem {
	const lines = text.split(/\r?\n/);
	const headers = readHeaders(lines, maximumHeaders);
	const found = /^cseq[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?$/im.exec(text);
	const cseq = found?.[1];
	const problem = (status: RtspStatus, reason: string): HeadProblem => ({
		status,
		reason,
		cseq,
	});
	if (controls.test(text)) return problem(400, "control character in request");
	const start = requestLine.exec(lines[0] ?? "");
	if (start === null)
		return (lines[0]?.length ?? 0) > 2100
			? problem(414, "request line too long")
			: problem(400, "malformed request line");
	const [, method = "", uri = "", version = ""] = start;
	if (/^RTSP\/\d+\.\d+$/.test(version) && version !== "RTSP/1.0")
		return problem(505, "RTSP version is not 1.0");
	if (version !== "RTSP/1.0") return problem(400, "not an RTSP request");
	if (typeof headers === "string") return problem(400, headers);
	if (cseq === undefined || headers.get("cseq") !== cseq)
		return problem(400, "no usable CSeq");
	const length = headers.get("content-length") ?? "0";
	if (!/^\d{1,15}$/.test(length))
		return problem(400, "malformed Content-Length");
	return { method, uri, cseq, headers, contentLength: Number(length) };
}

function readHeaders(
	lines: readonly string[],
	maximum: number,
): ReadonlyMap<string, string> | string {
	const headers = new Map<string, string>();
	let last = "";
	let count = 0;
	for (const line of lines.slice(1)) {
		if (line.startsWith(" ") || line.startsWith("\t")) {
			// A folded header (RFC 2326, 15.1 by way of RFC 822).
			if (last === "") return "malformed header";
			headers.set(last, `${headers.get(last)} ${line.trim()}`);
			continue;
		}
		const match = headerLine.exec(line);
		if (match === null) return "malformed header";
		if (++count > maximum) return "too many headers";
		last = (match[1] ?? "").toLowerCase();
		const value = (match[2] ?? "").trim();
		const before = headers.get(last);
		if (before !== undefined && single.has(last)) return `two ${last} headers`;
		headers.set(last, before === undefined ? value : `${before}, ${value}`);
	}
	return headers;
}
