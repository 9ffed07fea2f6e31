import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "./allowances.ts";
import { sameSecret } from "./compare.ts";
import type { Guesses } from "./guesses.ts";
import { nameIn } from "./name-in.ts";
import { isForeignPage, isOwnPage } from "./page-origin.ts";
import type { Sessions } from "./sessions.ts";
import type { DigestAuth, Identity, User, UserLookup } from "./types.ts";

/** What of a request tells who sent it. */
export interface HttpCredentials {
	readonly method: string;
	/** As on the request line. */
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	/** Address without port. */
	readonly client: string;
	/** As `Caller`'s. */
	readonly connection: object | undefined;
	/** Came over TLS. */
	readonly secure: boolean;
}

/** Somebody who has proven to be a user. */
export interface Admission {
	readonly identity: Identity;
	/** False once the user is gone, has another password or has logged out: to be asked now and then by what goes on for long. */
	holds(): boolean;
}

/** Why somebody is not let in. */
export interface Refusal {
	/** For the log; undefined where nothing was wrong but that nobody logged in. Holds no secret. */
	readonly reason: string | undefined;
	readonly status: 401 | 403 | 429;
	readonly headers: Readonly<Record<string, string | readonly string[]>>;
	/** For who reads the answer. */
	readonly text: string;
}

export type Visitor = { readonly admission: Admission } | Refusal;

export interface HttpAccessOptions {
	readonly digest: DigestAuth;
	readonly sessions: Sessions;
	readonly guesses: Guesses;
	readonly users: UserLookup;
}

/** What of HTTP is not SOAP asks here who a request comes from: a tool by Digest, a browser by its session. */
export interface HttpAccess {
	whoIs(request: HttpCredentials): Promise<Visitor>;
	/** A session's cookie for who proves by Digest to be a user; else why not, without a challenge, which would bring up the browser's own dialog. */
	logIn(
		request: HttpCredentials,
	): Promise<{ readonly cookie: string } | Refusal>;
	/** Ends the request's session; answers the cookie that takes it from the browser. */
	logOut(request: HttpCredentials): Promise<string>;
	/** For the next `logIn`, as in WWW-Authenticate. */
	challenge(): string;
	/** Whether a page of this very address sent the request, as far as the browser says. */
	isOwnPage(request: HttpCredentials): boolean;
}

const loginFirst = "log in with a user of this camera\n";
const noBasic = "this login by Basic is not taken\n";

/** One answer to "who is this?" for all outputs over HTTP. */
export function createHttpAccess(options: HttpAccessOptions): HttpAccess {
	const { digest, sessions, guesses, users } = options;
	/** A browser keeps a page over TLS and one without apart only by this (RFC 6265bis, 4.1.3.2). */
	const cookieName = (secure: boolean) =>
		`${secure ? "__Host-" : ""}${sessions.name}`;

	function cookie(secure: boolean, value: string, seconds: number): string {
		return `${cookieName(secure)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
	}

	async function byDigest(
		request: HttpCredentials,
		header: string,
	): Promise<Visitor> {
		const { method, url, secure } = request;
		const result = await guesses.guard(
			callerOf(request),
			() => nameIn(header),
			() => digest.verify(header, method, url, secure),
		);
		if (result.kind === "anonymous") return nobody(undefined, false, secure);
		if (result.kind === "refused") {
			const { reason, stale, retrySeconds } = result;
			if (retrySeconds !== undefined) return tooMany(reason, retrySeconds);
			return asksWithoutEnd(request, header)
				? { reason, status: 403, headers: {}, text: noBasic }
				: nobody(stale ? undefined : reason, stale, secure);
		}
		const user = users.find(result.identity.name);
		return user
			? admit(result.identity, () => users.find(user.name), user)
			: nobody("unknown user", false, secure);
	}

	function bySession(request: HttpCredentials): Visitor {
		const { headers, secure } = request;
		const token = readCookie(headers.cookie, cookieName(secure));
		if (token === undefined)
			return isOfScript(request)
				? { reason: undefined, status: 401, headers: {}, text: loginFirst }
				: nobody(undefined, false, secure);
		if (!maySendCookies(request))
			return {
				reason: "a page of another address sent it",
				status: 403,
				headers: {},
				text: "a page of another address may not watch this camera\n",
			};
		const user = sessions.find(token);
		if (user) return admit(user, () => sessions.find(token), user);
		// The page asks for the login itself: a challenge would bring up the browser's own dialog over it.
		return {
			reason: undefined,
			status: 401,
			headers: { "set-cookie": cookie(secure, "", 0) },
			text: loginFirst,
		};
	}

	function nobody(
		reason: string | undefined,
		stale: boolean,
		secure: boolean,
	): Refusal {
		return {
			reason,
			status: 401,
			headers: { "www-authenticate": digest.challenges(stale, secure) },
			text: loginFirst,
		};
	}

	return {
		async whoIs(request) {
			const { authorization } = request.headers;
			return authorization === undefined
				? bySession(request)
				: byDigest(request, authorization);
		},
		async logIn(request) {
			const { authorization = "" } = request.headers;
			const visitor = await byDigest(request, authorization);
			if (!("admission" in visitor)) {
				const { "www-authenticate": _, ...headers } = visitor.headers;
				const status = visitor.status === 401 ? 403 : visitor.status;
				return { ...visitor, headers, status };
			}
			const user = users.find(visitor.admission.identity.name);
			if (!user) return nobody("unknown user", false, request.secure);
			const { lifetimeSeconds } = sessions;
			return {
				cookie: cookie(request.secure, sessions.issue(user), lifetimeSeconds),
			};
		},
		async logOut({ headers, secure }) {
			const token = readCookie(headers.cookie, cookieName(secure));
			if (token !== undefined) await sessions.end(token);
			return cookie(secure, "", 0);
		},
		challenge: () =>
			digest.challenges().find((one) => one.startsWith("Digest ")) ?? "",
		isOwnPage: ({ headers }) => isOwnPage(headers),
	};
}

function admit(
	{ name, level }: Identity,
	now: () => User | undefined,
	then: User,
): Visitor {
	const holds = () => {
		const user = now();
		return user !== undefined && sameSecret(user.password, then.password);
	};
	return { admission: { identity: { name, level }, holds } };
}

function callerOf({ client, connection, headers }: HttpCredentials): Caller {
	return {
		client,
		connection,
		agent: headers["user-agent"],
		foreignPage: isForeignPage(headers),
	};
}

function tooMany(reason: string, seconds: number): Refusal {
	return {
		reason,
		status: 429,
		headers: { "retry-after": String(seconds) },
		text: `too many wrong passwords: try again in ${seconds} s\n`,
	};
}

/** VLC 3 answers a challenge by Digest with Basic, again and again, a thousand times a second; 403 ends that. */
const asksWithoutEnd = ({ headers }: HttpCredentials, header: string) =>
	/^VLC\//.test(headers["user-agent"] ?? "") && /^\s*basic\s/i.test(header);

/** What the page's own script asks for is not challenged: the browser would bring up its dialog over the page. */
const isOfScript = ({ headers }: HttpCredentials) =>
	headers["x-requested-with"] !== undefined;

/**
 * Browsers send cookies along with what any page opens on this host, at whatever port: SameSite does not see ports. Of
 * what such a page could read or do, WebSockets are held back by nothing but their Origin (RFC 6455, 10.2).
 */
function maySendCookies(request: HttpCredentials): boolean {
	const { origin, upgrade } = request.headers;
	return origin === undefined && upgrade === undefined
		? request.headers["sec-fetch-site"] !== "cross-site"
		: isOwnPage(request.headers);
}

/** RFC 6265, 4.2.1. */
function readCookie(
	header: string | undefined,
	name: string,
): string | undefined {
	for (const pair of header?.split(";") ?? []) {
		const at = pair.indexOf("=");
		if (at > 0 && pair.slice(0, at).trim() === name)
			return pair.slice(at + 1).trim();
	}
	return undefined;
}
