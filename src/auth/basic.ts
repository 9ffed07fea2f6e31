import { isUtf8 } from "node:buffer";
import { passwordOf, sameSecret } from "./compare.ts";
import type { DigestAuth, UserLookup } from "./types.ts";

/** Where Basic is taken, which shows the password to whoever can read the connection. */
export type BasicPolicy = "never" | "tls" | "always";

export interface BasicOptions {
	readonly policy: BasicPolicy;
	/** As Digest's. */
	readonly realm: string;
	readonly users: UserLookup;
}

const maxHeaderLength = 4096;
const scheme = /^\s*basic\s+([A-Za-z0-9+/]+={0,2})\s*$/i;

/** Name and password of an `Authorization: Basic` header (RFC 7617); undefined for anything else. */
export function readBasicHeader(
	header: string,
): { readonly name: string; readonly password: string } | undefined {
	if (header.length > maxHeaderLength) return undefined;
	const encoded = scheme.exec(header)?.[1];
	if (encoded === undefined) return undefined;
	const octets = Buffer.from(encoded, "base64");
	const text = octets.toString(isUtf8(octets) ? "utf8" : "latin1");
	const colon = text.indexOf(":");
	if (colon < 0) return undefined;
	return { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Digest, and Basic beside it where the policy allows that. */
export function withBasic(
	digest: DigestAuth,
	{ policy, realm, users }: BasicOptions,
): DigestAuth {
	if (policy === "never") return digest;
	const takes = (secure: boolean) => policy === "always" || secure;
	return {
		challenges(stale = false, secure = false) {
			const challenges = digest.challenges(stale, secure);
			// Last: simple clients take the first that they know.
			return takes(secure)
				? [...challenges, `Basic realm="${realm}", charset="UTF-8"`]
				: challenges;
		},
		verify(authorization, method, uri, secure = false) {
			const given = authorization && readBasicHeader(authorization);
			if (!given) return digest.verify(authorization, method, uri, secure);
			if (!takes(secure))
				return refused("Authorization: Basic is taken over TLS only");
			const { user, password } = passwordOf(users, given.name);
			const right = sameSecret(given.password, password);
			if (!user || !right)
				return {
					...refused(user ? "wrong password" : "unknown user"),
					guess: true,
				};
			return {
				kind: "authenticated",
				identity: { name: user.name, level: user.level },
			};
		},
	};
}

function refused(reason: string) {
	return { kind: "refused", reason, stale: false } as const;
}
