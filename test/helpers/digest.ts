import { createHash, randomBytes } from "node:crypto";

export type DigestAlgorithm = "MD5" | "SHA-256";

export interface DigestLogin {
	readonly name: string;
	readonly password: string;
	readonly algorithm?: DigestAlgorithm;
}

/**
 * The Authorization header that answers a challenge (RFC 7616).
 * @param challenges what stands in WWW-Authenticate, several headers joined.
 * @returns undefined where the algorithm is not offered.
 */
export function authorization(
	challenges: string,
	login: DigestLogin,
	method: string,
	uri: string,
): string | undefined {
	const { algorithm = "MD5" } = login;
	const challenge = challenges
		.split(/(?=Digest )/)
		.find((one) => one.includes(`algorithm=${algorithm}`));
	if (challenge === undefined) return undefined;
	const part = (name: string) =>
		new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
	const hash = (text: string) =>
		createHash(algorithm.replace("-", "").toLowerCase())
			.update(text)
			.digest("hex");
	const [realm, nonce] = [part("realm"), part("nonce")];
	const cnonce = randomBytes(8).toString("hex");
	const response = hash(
		[
			hash(`${login.name}:${realm}:${login.password}`),
			nonce,
			"00000001",
			cnonce,
			"auth",
			hash(`${method}:${uri}`),
		].join(":"),
	);
	return `Digest username="${login.name}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}, qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}"`;
}
