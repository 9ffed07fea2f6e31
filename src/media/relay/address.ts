/** Who we are to the camera. */
export interface Login {
	readonly user: string;
	readonly password: string;
}

/** An RTSP address taken apart; `uri` is what goes over the wire and into logs: without credentials. */
export interface RtspAddress {
	readonly host: string;
	readonly port: number;
	readonly uri: string;
	readonly login: Login | undefined;
}

const defaultPort = 554;
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

/** Undefined for what is no `rtsp://[user:password@]host[:port][/path]`. */
export function rtspAddress(url: string): RtspAddress | undefined {
	if (url.length > maxLength || unsendable.test(url)) return undefined;
	const parts =
		/^rtsp:\/\/(?:([^/?]*)@)?(\[[\da-f:.]+\]|[^/?:@[\]]+)(?::(\d{1,5}))?([/?].*)?$/i.exec(
			url,
		);
	const [, userInfo, host, digits, path = "/"] = parts ?? [];
	if (host === undefined) return undefined;
	const port = digits === undefined ? defaultPort : Number(digits);
	if (port < 1 || port > 65_535) return undefined;
	return {
		host: host.replace(/^\[|\]$/g, ""),
		port,
		uri: `rtsp://${host}${digits === undefined ? "" : `:${digits}`}${path}`,
		login: loginOf(userInfo),
	};
}
