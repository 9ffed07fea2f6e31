import type {
	AuthResult,
	DigestAuth,
	UsernameTokenAuth,
} from "../auth/types.ts";
import type { SecurityHeader } from "./security-header.ts";

export interface Authenticators {
	readonly digest: DigestAuth;
	readonly usernameToken: UsernameTokenAuth;
}

export interface HttpCredentials {
	readonly authorization: string | undefined;
	readonly method: string;
	readonly uri: string;
	readonly protocol: "http" | "https";
}

function verifySecurity(
	security: SecurityHeader,
	{ usernameToken }: Authenticators,
): AuthResult {
	if (security.kind === "none") return { kind: "anonymous" };
	if (security.kind === "token") return usernameToken.verify(security.token);
	return { kind: "refused", reason: security.reason, stale: false };
}

/**
 * Who sent a request. Where both kinds of credentials are given both must hold, those of HTTP being looked at first
 * (Core spec, "Authentication over HTTP and HTTPS"); the identity is then WS-Security's.
 */
export function authenticate(
	http: HttpCredentials,
	security: SecurityHeader,
	authenticators: Authenticators,
): AuthResult {
	if (http.authorization !== undefined) {
		const result = authenticators.digest.verify(
			http.authorization,
			http.method,
			http.uri,
			http.protocol === "https",
		);
		if (result.kind === "refused" || security.kind === "none") return result;
	}
	return verifySecurity(security, authenticators);
}
