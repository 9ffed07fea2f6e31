/** An RTMP address taken apart. */
export interface RtmpAddress {
	readonly host: string;
	readonly port: number;
	/** `rtmps:`: RTMP over TLS. */
	readonly tls: boolean;
	/** The application at the server: the path without its last part. */
	readonly app: string;
	/** The last part of the path with the query: as a rule a secret. */
	readonly key: string;
	/** What `connect` calls the server: the address without key and query. */
	readonly tcUrl: string;
}

const defaultPorts = { "rtmp:": 1935, "rtmps:": 443 } as const;

/** Undefined for what is no `rtmp[s]://host[:port]/app/key`. */
export function rtmpAddress(url: string): RtmpAddress | undefined {
	if (!URL.canParse(url)) return undefined;
	const { protocol, hostname, host, port, pathname, search, username } =
		new URL(url);
	if (protocol !== "rtmp:" && protocol !== "rtmps:") return undefined;
	const [, app, name] = /^\/(.+)\/([^/]+)$/.exec(pathname) ?? [];
	if (hostname === "" || username !== "" || !app || !name) return undefined;
	return {
		host: hostname.replace(/^\[|\]$/g, ""),
		port: port === "" ? defaultPorts[protocol] : Number(port),
		tls: protocol === "rtmps:",
		app,
		key: name + search,
		tcUrl: `${protocol}//${host}/${app}`,
	};
}
