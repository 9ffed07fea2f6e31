/** Which rules say whether a digest's `uri` belongs to a request. */
export type DigestProtocol = "http" | "rtsp";

/**
 * Path and query, without scheme and host: proxies and port forwardings change the host, and RTSP clients
 * sign the address that the user typed where the request bears another one.
 */
function target(uri: string): { path: string; query: string } {
	const local = uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
	const mark = local.indexOf("?");
	const path = mark < 0 ? local : local.slice(0, mark);
	return {
		path: path.replace(/\/+$/, "") || "/",
		query: mark < 0 ? "" : local.slice(mark + 1),
	};
}

function contains(outer: string, inner: string): boolean {
	return outer !== "/" && inner.startsWith(`${outer}/`);
}

/**
 * Whether the digest's `uri` corresponds to the request's target (RFC 7616, 3.4.6: "the server SHOULD assure
 * that the resource designated is the same").
 *
 * HTTP: same path and query; a trailing slash and an absolute form (proxies) make no difference.
 *
 * RTSP also lets one path lie within the other: live555 (VLC) signs the address that the user typed for every
 * request, those on tracks too (`/main` for `/main/trackID=0`); GStreamer and FFmpeg sign each request's own.
 * `OPTIONS *` belongs to any. The query chooses nothing over RTSP, so it may differ.
 */
export function uriCorresponds(
	protocol: DigestProtocol,
	digestUri: string,
	requestUri: string,
): boolean {
	if (digestUri === requestUri) return true;
	if (protocol === "rtsp" && requestUri === "*") return true;
	const signed = target(digestUri);
	const asked = target(requestUri);
	if (protocol === "http")
		return signed.path === asked.path && signed.query === asked.query;
	return (
		signed.path === asked.path ||
		contains(signed.path, asked.path) ||
		contains(asked.path, signed.path)
	);
}
