/** What a request URI points at. */
export interface RequestTarget {
	readonly profileToken: string;
	/** The track of `/trackID=0` (or `/stream=0`, ...); undefined for the whole presentation. */
	readonly track: number | undefined;
	/** `rtsp://host:port/token/`, in the scheme that the client used, without credentials and query: what SDP's relative controls are relative to. */
	readonly base: string;
	/** The address asks for what is sent to a group: `rtsp://host:port/token?multicast`, as GetStreamUri gives it. */
	readonly multicast: boolean;
}

/** Through tunnels clients may name what GetStreamUri gave them, scheme and all. */
const absolute =
	/^(rtsps?|https?|wss?):\/\/(?:[^/?#@]*@)?([^/?#@]+)(\/[^?#]*)?(\?[^#]*)?$/i;
const host =
	/^(?:\[[0-9A-Fa-f:.]+(?:%[0-9A-Za-z._-]+)?\]|[0-9A-Za-z._-]+)(?::\d{1,5})?$/;
const track = /^(?:trackID|track|stream|streamid)=(\d{1,3})$/i;

/**
 * Reads a request URI (RFC 2326, 3.2): absolute, or a path, whose host is then `authority`.
 * Credentials and other queries of users' addresses are ignored. Undefined when it is malformed.
 */
export function readTarget(
	uri: string,
	authority: string,
): RequestTarget | undefined {
	const parts = absolute.exec(
		uri.startsWith("/") ? `rtsp://${authority}${uri}` : uri,
	);
	if (parts === null || !host.test(parts[2] ?? "")) return undefined;
	const segments = decode(parts[3] ?? "");
	if (segments === undefined) return undefined;
	// A client that appends the control to an address with a query: rtsp://host/main?x=y/trackID=0
	const query = (parts[4] ?? "").split("/");
	const multicast = query[0] === "?multicast";
	if (query.length > 1) segments.push(...query.slice(1));
	while (segments.length > 1 && segments.at(-1) === "") segments.pop();
	const number =
		segments.length > 1 ? track.exec(segments.at(-1) ?? "")?.[1] : undefined;
	if (number !== undefined) segments.pop();
	const [profileToken = "", ...more] = segments;
	if (more.some((segment) => segment !== "")) return undefined;
	return {
		profileToken,
		track: number === undefined ? undefined : Number(number),
		multicast,
		base: `${parts[1]?.toLowerCase()}://${parts[2]}/${encodeURIComponent(profileToken)}/`,
	};
}

function decode(path: string): string[] | undefined {
	try {
		const segments = path.split("/").slice(1).map(decodeURIComponent);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
		return segments.some((text) => /[\x00-\x1f\x7f]/.test(text))
			? undefined
			: segments;
	} catch {
		// Not percent-encoded UTF-8 (RFC 3986, 2.1).
		return undefined;
	}
}
