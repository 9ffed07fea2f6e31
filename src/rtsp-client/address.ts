/** Who we are to the server. */
export interface Login {
	readonly user: string;
	readonly password: string;
}

/** An RTSP address taken apart; `uri` is what goes over the wire and into logs: without credentials. */
export interface RtspAddress {
	readonly host: string;
	readonly port: number;
	/** `rtsps:`: RTSP over TLS (RFC 7826, 19). */
	readonly tls: boolean;
	readonly uri: string;
	readonly login: Login | undefined;
}

/** As IANA has them. */
const defaultPorts = { rtsp: 554, rtsps: 322 } as const;
const maxLength = 2048;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const unsendable = /[\x00-\x20\x7f]/;

/** As people write them: a password with an @ or a % in it is taken for what it looks like. */
function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function loginOf(userInfo: string | undefined): Login | undefined {
	if (userInfo === undefined) return undefined;
	const colon = userInfo.indexOf(":");
	return colon < 0
		? { user: decode(userInfo), password: "" }
		: {
				user: decode(userInfo.slice(0, colon)),
				password: decode(userInfo.slice(colon + 1)),
			};
}

/** Undefined for what is no `rtsp[s]://[user:password@]host[:port][/path]`. */
export function rtspAddress(url: string): RtspAddress | undefined {
	if (url.length > maxLength || unsendable.test(url)) return undefined;
	const parts =
		/^(rtsps?):\/\/(?:([^/?]*)@)?(\[[\da-f:.]+\]|[^/?:@[\]]+)(?::(\d{1,5}))?([/?].*)?$/i.exec(
			url,
		);
	const [, word = "", userInfo, host, digits, path = "/"] = parts ?? [];
	if (host === undefined) return undefined;
	const scheme = word.toLowerCase() === "rtsps" ? "rtsps" : "rtsp";
	const port = digits === undefined ? defaultPorts[scheme] : Number(digits);
	if (port < 1 || port > 65_535) return undefined;
	return {
		host: host.replace(/^\[|\]$/g, ""),
		port,
		tls: scheme === "rtsps",
		uri: `${scheme}://${host}${digits === undefined ? "" : `:${digits}`}${path}`,
		login: loginOf(userInfo),
	};
}
