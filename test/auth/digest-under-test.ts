import { createHash } from "node:crypto";
import { createDigestAuth, type DigestOptions } from "../../src/auth/digest.ts";
import type { DigestAuth } from "../../src/auth/types.ts";
import { fakeClock, lookup } from "./fakes.ts";

const users = lookup(
	{ name: "admin", password: "correct horse", level: "Administrator" },
	{ name: "jäsøn", password: "Secret, or not?", level: "User" },
);

export const clock = fakeClock();
/** With two users, realm "onvifd" and a clock that the test moves. */
export const setUp = (options: Partial<DigestOptions> = {}): DigestAuth =>
	createDigestAuth({ realm: "onvifd", users, clock, ...options });

export const hex = (algorithm: string, text: string) =>
	createHash(algorithm).update(text).digest("hex");

/** A fresh nonce of its own challenge. */
export function nonceOf(auth: DigestAuth): string {
	return /nonce="([^"]+)"/.exec(auth.challenges()[0] ?? "")?.[1] ?? "";
}

interface Signing {
	name?: string;
	password?: string;
	nonce: string;
	uri?: string;
	method?: string;
	/** Undefined signs as RFC 2069 clients do. */
	nc?: string;
	algorithm?: "MD5" | "SHA-256";
}

/** The Authorization header of a client that signs so. */
export function sign(signing: Signing): string {
	const { name = "admin", password = "correct horse", nonce, nc } = signing;
	const { uri = "/snapshot", method = "GET", algorithm } = signing;
	const hash = algorithm === "SHA-256" ? "sha256" : "md5";
	const middle = nc ? `${nonce}:${nc}:0a4f113b:auth` : nonce;
	const ha1 = hex(hash, `${name}:onvifd:${password}`);
	const response = hex(
		hash,
		`${ha1}:${middle}:${hex(hash, `${method}:${uri}`)}`,
	);
	const qop = nc ? `, qop=auth, nc=${nc}, cnonce="0a4f113b"` : "";
	const suffix = algorithm ? `, algorithm=${algorithm}` : "";
	return `Digest username="${name}", realm="onvifd", nonce="${nonce}", uri="${uri}", response="${response}"${qop}${suffix}`;
}

/** Why it is refused, or the kind of any other result. */
export function reason(
	auth: DigestAuth,
	header: string,
	uri = "/snapshot",
): string {
	const result = auth.verify(header, "GET", uri);
	return result.kind === "refused" ? result.reason : result.kind;
}
