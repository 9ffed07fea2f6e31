import type { Caller } from "../auth/allowances.ts";
import type { Guesses } from "../auth/guesses.ts";
import { nameIn } from "../auth/name-in.ts";
import type {
	AuthResult,
	DigestAuth,
	UsernameTokenAuth,
} from "../auth/types.ts";
import type { SecurityHeader } from "./security-header.ts";

export interface Authenticators {
	readonly digest: DigestAuth;
	readonly usernameToken: UsernameTokenAuth;
	readonly guesses: Guesses;
}

export interface HttpCredentials {
	readonly authorization: string | undefined;
	readonly method: string;
	readonly uri: string;
	readonly protocol: "http" | "https";
	readonly caller: Caller;
}

type Verdict = AuthResult | Promise<AuthResult>;

function verifyHttp(
	authorization: string,
	{ method, uri, protocol, caller }: HttpCredentials,
	{ digest, guesses }: Authenticators,
): Verdict {
	return guesses.guard(
		caller,
		() => nameIn(authorization),
		() => digest.verify(authorization, method, uri, protocol === "https"),
	);
}

function verifySecurity(
	security: SecurityHeader,
	caller: Caller,
	{ usernameToken, guesses }: Authenticators,
): Verdict {
	if (security.kind === "none") return { kind: "anonymous" };
	if (security.kind === "malformed")
		return { kind: "refused", reason: security.reason, stale: false };
	const { token } = security;
	return guesses.guard(
		caller,
		() => token.username,
		() => usernameToken.verify(token),
	);
}

/**
 * Who sent a request. Where both kinds of credentials are given both must hold, those of HTTP being looked at first
 * (Core spec, "Authentication over HTTP and HTTPS"); the identity is then WS-Security's.
 */
export async function authenticate(
	http: HttpCredentials,
	security: SecurityHeader,
	authenticators: Authenticators,
): Promise<AuthResult> {
	const { authorization } = http;
	if (authorization !== undefined) {
		const result = await verifyHttp(authorization, http, authenticators);
		if (result.kind === "refused" || security.kind === "none") return result;
	}
	return verifySecurity(security, http.caller, authenticators);
}
