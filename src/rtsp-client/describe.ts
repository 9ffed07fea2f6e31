import type { Clock } from "../system/clock.ts";
import { type Login, type RtspAddress, rtspAddress } from "./address.ts";
import { RtspConnection } from "./connection.ts";
import { expectOk, RtspError } from "./errors.ts";
import { header } from "./message-reader.ts";
import { readDescription, type SessionDescription } from "./sdp.ts";

const maxRedirects = 3;

export interface ConnectOptions {
	/** `rtsp://` or `rtsps://`; it may hold user and password. */
	readonly url: string;
	/** Wins over the one in the address. */
	readonly login?: Login | undefined;
	/** `rtsps://`: the server's certificate must be one that this host trusts; true unless said. */
	readonly verifyCertificate?: boolean;
	/** Our name; `onvifd` unless said. */
	readonly userAgent?: string;
	/** The host's unless said. */
	readonly clock?: Clock;
	/** What RTCP's names and times are made of; the system's unless said. */
	readonly random?: (size: number) => Buffer;
	/** Aborting it hangs up. */
	readonly signal: AbortSignal;
}

export interface Described {
	readonly connection: RtspConnection;
	readonly description: SessionDescription;
	/** What the server says it can do: its `Public` header. */
	readonly methods: string;
}

/** The credentials are for the host that they were given for, and never go out less hidden than there. */
const trusted = (first: RtspAddress, now: RtspAddress) =>
	now.host === first.host && (now.tls || !first.tls);

/**
 * OPTIONS and DESCRIBE, at whatever address the server sends us to. `packet` takes what comes interleaved later.
 * @throws RtspError with what is wrong
 */
export async function describe(
	options: ConnectOptions,
	packet: (channel: number, packet: Buffer) => void,
): Promise<Described> {
	const first = rtspAddress(options.url);
	if (!first)
		throw new RtspError("its address is no rtsp:// or rtsps:// address");
	let address = first;
	for (let redirects = 0; redirects <= maxRedirects; redirects++) {
		const login = trusted(first, address)
			? (options.login ?? first.login)
			: undefined;
		const connection = await RtspConnection.open({
			...options,
			address,
			login,
			packet,
		});
		try {
			const answer = await ask(connection, address.uri);
			if ("description" in answer) return { connection, ...answer };
			address = answer.redirectedTo;
			connection.end("redirected");
		} catch (error) {
			connection.end("failed");
			throw error;
		}
	}
	throw new RtspError("it sends us from one address to the next");
}

async function ask(
	connection: RtspConnection,
	uri: string,
): Promise<
	Omit<Described, "connection"> | { readonly redirectedTo: RtspAddress }
> {
	const options = await connection.request("OPTIONS", uri);
	const answer = await connection.request("DESCRIBE", uri, {
		Accept: "application/sdp",
	});
	if (answer.status >= 300 && answer.status <= 399) {
		const location = rtspAddress(header(answer, "location") ?? "");
		if (!location)
			throw new RtspError("it sends us to something that is no RTSP address");
		return { redirectedTo: location };
	}
	expectOk(answer.status, "DESCRIBE");
	const base =
		header(answer, "content-base") ?? header(answer, "content-location") ?? uri;
	return {
		description: readDescription(answer.body, base),
		methods: header(options, "public") ?? "",
	};
}
