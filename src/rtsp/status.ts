/** Status codes that the server sends, with RFC 2326's words (7.1.1). */
export const reasonPhrases = {
	200: "OK",
	400: "Bad Request",
	401: "Unauthorized",
	404: "Not Found",
	405: "Method Not Allowed",
	406: "Not Acceptable",
	408: "Request Timeout",
	413: "Request Entity Too Large",
	414: "Request-URI Too Large",
	451: "Parameter Not Understood",
	453: "Not Enough Bandwidth",
	454: "Session Not Found",
	455: "Method Not Valid In This State",
	457: "Invalid Range",
	459: "Aggregate Operation Not Allowed",
	460: "Only Aggregate Operation Allowed",
	461: "Unsupported Transport",
	500: "Internal Server Error",
	501: "Not Implemented",
	503: "Service Unavailable",
	505: "RTSP Version Not Supported",
	551: "Option Not Supported",
} as const;

export type RtspStatus = keyof typeof reasonPhrases;

export type Header = readonly [name: string, value: string];

/** Thrown by a method: becomes the response. `message` is for the log. */
export class Refusal extends Error {
	override readonly name = "Refusal";
	readonly status: RtspStatus;
	readonly headers: readonly Header[];
	readonly body: string | undefined;

	constructor(
		status: RtspStatus,
		message: string,
		headers: readonly Header[] = [],
		body?: string,
	) {
		super(message);
		this.status = status;
		this.headers = headers;
		this.body = body;
	}
}
