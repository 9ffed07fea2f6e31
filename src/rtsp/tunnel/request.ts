/** An HTTP request that opens one half of a tunnel (Apple, "Tunnelling RTSP and RTP through HTTP"). */
export interface TunnelRequest {
	/** GET opens what the server sends in, POST what the client sends in. */
	readonly method: "GET" | "POST";
	/** `x-sessioncookie`: which GET and POST belong together. */
	readonly cookie: string;
	/** Its body comes in chunks of HTTP's own, which no tunnel has. */
	readonly chunked: boolean;
}

const requestLine = /^(GET|POST) \S{1,2048} HTTP\/1\.[01]\r?(?:\n|$)/;
const cookieLine =
	/^x-sessioncookie[ \t]*:[ \t]*([\x21-\x7e]{1,128})[ \t]*\r?$/im;
const chunkedLine = /^transfer-encoding[ \t]*:.*\bchunked\b/im;

/**
 * Reads the head of an HTTP request; undefined when it asks for no tunnel. The path means nothing:
 * the RTSP requests inside bear their own. Nor does the POST's Content-Length, which clients make
 * up: QuickTime and its heirs say 32767 whatever they send.
 */
export function readTunnelRequest(head: string): TunnelRequest | undefined {
	const method = requestLine.exec(head)?.[1];
	const cookie = cookieLine.exec(head)?.[1];
	if (method === undefined || cookie === undefined) return undefined;
	return {
		method: method === "GET" ? "GET" : "POST",
		cookie,
		chunked: chunkedLine.test(head),
	};
}
