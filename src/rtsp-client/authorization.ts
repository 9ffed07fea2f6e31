import { hash } from "node:crypto";
import type { Login } from "./address.ts";
import type { Challenge } from "./challenge.ts";

export interface AuthorizedRequest {
	readonly method: string;
	readonly uri: string;
	/** How often this nonce was used, this time included. */
	readonly count: number;
	/** Random hexadecimal digits. */
	readonly cnonce: string;
}

const names = { MD5: "md5", "SHA-256": "sha256" } as const;

const quote = (text: string) =>
	`"${text.replace(/[\r\n]/g, "").replace(/["\\]/g, "\\$&")}"`;

/** The `Authorization` header that answers a challenge. */
export function authorization(
	challenge: Challenge,
	{ user, password }: Login,
	{ method, uri, count, cnonce }: AuthorizedRequest,
): string {
	if (challenge.scheme === "basic")
		return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
	const { algorithm, named, realm, nonce, opaque, auth } = challenge;
	const hex = (text: string) => hash(names[algorithm], text);
	const nc = count.toString(16).padStart(8, "0");
	const middle = auth ? `${nonce}:${nc}:${cnonce}:auth` : nonce;
	const response = hex(
		`${hex(`${user}:${realm}:${password}`)}:${middle}:${hex(`${method}:${uri}`)}`,
	);
	const words = [
		`username=${quote(user)}`,
		`realm=${quote(realm)}`,
		`nonce=${quote(nonce)}`,
		`uri=${quote(uri)}`,
		`response="${response}"`,
		...(named === undefined ? [] : [`algorithm=${algorithm}`]),
		...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
		...(auth ? [`qop=auth, nc=${nc}, cnonce="${cnonce}"`] : []),
	];
	return `Digest ${words.join(", ")}`;
}
