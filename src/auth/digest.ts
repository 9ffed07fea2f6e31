import { hash, randomBytes } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { passwordOf, sameDigest } from "./compare.ts";
import { type DigestCredentials, readDigestHeader } from "./digest-header.ts";
import { type DigestProtocol, uriCorresponds } from "./digest-uri.ts";
import { createNonces } from "./nonces.ts";
import type { AuthResult, DigestAuth, UserLookup } from "./types.ts";

export type DigestAlgorithm = "MD5" | "SHA-256";

export interface DigestOptions {
	/** Printable ASCII without quotes and backslashes. */
	readonly realm: string;
	readonly users: UserLookup;
	readonly clock: Clock;
	/**
	 * `http` (default) offers qop=auth and both algorithms; a nonce used without qop serves once.
	 * `rtsp` offers neither qop nor SHA-256, and a nonce serves the whole connection. SHA-256 is accepted all the same.
	 */
	readonly protocol?: DigestProtocol;
	/** What is offered, in this order. */
	readonly algorithms?: readonly DigestAlgorithm[];
	/** Bytes for the key that signs nonces. */
	readonly random?: (size: number) => Uint8Array;
	/** A nonce lasts as long as it is used at least this often; five minutes if not given. */
	readonly nonceLifetimeMs?: number;
	/** How many nonces in use are remembered; 1024 if not given. */
	readonly nonceCapacity?: number;
}

const hashNames: Readonly<Record<DigestAlgorithm, string>> = {
	MD5: "md5",
	"SHA-256": "sha256",
};

/**
 * FFmpeg takes the last challenge, knows MD5 alone and gives up on SHA-256, so RTSP offers just MD5.
 * It offers no qop either: live555 (VLC) knows none.
 */
const offered: Readonly<Record<DigestProtocol, readonly DigestAlgorithm[]>> = {
	http: ["MD5", "SHA-256"],
	rtsp: ["MD5"],
};

function algorithmOf(sent: string | undefined): DigestAlgorithm | undefined {
	const name = (sent ?? "MD5").toUpperCase();
	return name === "MD5" || name === "SHA-256" ? name : undefined;
}

/** RFC 7616, 3.4.1; without qop RFC 2069, 2.4. Header text is hashed as the bytes that were sent. */
function expectedResponse(
	credentials: DigestCredentials,
	algorithm: DigestAlgorithm,
	password: string,
	method: string,
): string {
	const hex = (text: string, encoding: "utf8" | "latin1") =>
		hash(hashNames[algorithm], Buffer.from(text, encoding));
	const { username, realm, nonce, nc, cnonce, qop, uri } = credentials;
	const ha1 = hex(`${username}:${realm}:${password}`, "utf8");
	const ha2 = hex(`${method}:${uri}`, "latin1");
	const middle = qop === undefined ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`;
	return hex(`${ha1}:${middle}:${ha2}`, "latin1");
}

function refused(reason: string, stale = false) {
	return { kind: "refused", reason, stale } as const;
}

/** What can be wrong before any password is looked at. */
function malformed(
	credentials: DigestCredentials,
	options: { realm: string; protocol: DigestProtocol; uri: string },
): string | undefined {
	const { qop, nc, cnonce } = credentials;
	if (credentials.realm !== options.realm)
		return "the realm is not this device's";
	if (!uriCorresponds(options.protocol, credentials.uri, options.uri))
		return "its uri is not the request's";
	if (qop === undefined) return undefined;
	if (qop.toLowerCase() !== "auth") return "qop is not auth";
	if (!nc || !/^[0-9a-f]{1,8}$/i.test(nc)) return "nc is not hexadecimal";
	return cnonce === undefined ? "cnonce is missing" : undefined;
}

/** HTTP and RTSP Digest: RFC 7616, and for older clients RFC 2617 and RFC 2069. */
export function createDigestAuth(options: DigestOptions): DigestAuth {
	const { realm, users, protocol = "http" } = options;
	const algorithms = options.algorithms ?? offered[protocol];
	const nonces = createNonces({
		clock: options.clock,
		random: options.random ?? randomBytes,
		lifetimeMs: options.nonceLifetimeMs ?? 300_000,
		capacity: options.nonceCapacity ?? 1024,
	});

	function verify(
		authorization: string | undefined,
		method: string,
		uri: string,
	): AuthResult {
		if (authorization === undefined) return { kind: "anonymous" };
		const credentials = readDigestHeader(authorization);
		if (typeof credentials === "string")
			return refused(`Authorization: ${credentials}`);
		const algorithm = algorithmOf(credentials.algorithm);
		if (!algorithm)
			return refused("Authorization: algorithm is neither MD5 nor SHA-256");
		const fault = malformed(credentials, { realm, protocol, uri });
		if (fault) return refused(`Authorization: ${fault}`);
		const { user, password } = passwordOf(users, credentials.username);
		const right = sameDigest(
			Buffer.from(credentials.response.toLowerCase(), "latin1"),
			Buffer.from(expectedResponse(credentials, algorithm, password, method)),
		);
		if (!right || !user)
			return {
				...refused(user ? "wrong password" : "unknown user"),
				guess: true,
			};
		const count =
			credentials.qop === undefined
				? undefined
				: Number.parseInt(credentials.nc ?? "", 16);
		const verdict = nonces.use(credentials.nonce, count, protocol === "rtsp");
		if (verdict !== "fresh") return refused(`the nonce is ${verdict}`, true);
		return {
			kind: "authenticated",
			identity: { name: user.name, level: user.level },
		};
	}

	return {
		// In this order: node-onvif looks for `Digest realm=`, live555 (VLC) for realm, nonce and stale to the letter.
		challenges(stale = false) {
			const nonce = nonces.issue();
			const head =
				`Digest realm="${realm}", nonce="${nonce}"` +
				(stale ? ", stale=true" : "") +
				(protocol === "http" ? ', qop="auth"' : "");
			return algorithms.map((algorithm) => `${head}, algorithm=${algorithm}`);
		},
		verify,
	};
}
