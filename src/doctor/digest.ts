import { createHash, randomBytes } from "node:crypto";
import { readDirectives } from "../auth/digest-header.ts";
import type { User } from "../auth/types.ts";

const hashes: Readonly<Record<string, string>> = {
	MD5: "md5",
	"SHA-256": "sha256",
};

const quote = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/**
 * The Authorization header that answers a WWW-Authenticate one: RFC 2069's where no quality is offered, as RTSP servers
 * do, else RFC 7616's with qop=auth. Undefined for what is no Digest challenge, or one that we cannot answer.
 */
export function digestAnswer(
	challenge: string,
	{ name, password }: User,
	method: string,
	uri: string,
): string | undefined {
	const text = /^Digest\s+(.*)$/is.exec(challenge)?.[1];
	const found = text === undefined ? "" : readDirectives(text);
	if (typeof found === "string") return undefined;
	const [realm, nonce] = [found.get("realm"), found.get("nonce")];
	const algorithm = found.get("algorithm") ?? "MD5";
	const hashName = hashes[algorithm.toUpperCase()];
	const qops = found.get("qop")?.split(/[\s,]+/);
	if (!realm || !nonce || !hashName) return undefined;
	if (qops && !qops.includes("auth")) return undefined;
	const hash = (...parts: readonly string[]) =>
		createHash(hashName).update(parts.join(":")).digest("hex");
	const cnonce = randomBytes(12).toString("hex");
	const quality = qops ? ["00000001", cnonce, "auth"] : [];
	const response = hash(
		hash(name, realm, password),
		nonce,
		...quality,
		hash(method, uri),
	);
	return [
		`Digest username=${quote(name)}`,
		`realm=${quote(realm)}`,
		`nonce=${quote(nonce)}`,
		`uri=${quote(uri)}`,
		`response="${response}"`,
		`algorithm=${algorithm}`,
		...(qops ? [`qop=auth, nc=00000001, cnonce="${cnonce}"`] : []),
	].join(", ");
}
