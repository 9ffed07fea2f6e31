/** How a server wants to be logged in to (RFC 7616, RFC 7617). */
export type Challenge =
	| {
			readonly scheme: "digest";
			readonly algorithm: "MD5" | "SHA-256";
			/** As it stood in the challenge; undefined when it did not. */
			readonly named: string | undefined;
			readonly realm: string;
			readonly nonce: string;
			readonly opaque: string | undefined;
			/** It offers qop=auth. */
			readonly auth: boolean;
			readonly stale: boolean;
	  }
	| { readonly scheme: "basic" };

const maxLength = 4096;
const maxParameters = 32;

/** `name=value` and `name="value"`; an unquoted value ends at a comma or space. */
function parameters(text: string): Map<string, string> {
	const found = new Map<string, string>();
	const pattern = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
	for (const [, name = "", quoted, bare = ""] of text.matchAll(pattern)) {
		if (found.size === maxParameters) break;
		found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare);
	}
	return found;
}

function digest(text: string): Challenge | undefined {
	const found = parameters(text);
	const [realm, nonce] = [found.get("realm"), found.get("nonce")];
	const named = found.get("algorithm");
	const algorithm = (named ?? "MD5").toUpperCase();
	if (realm === undefined || nonce === undefined) return undefined;
	if (algorithm !== "MD5" && algorithm !== "SHA-256") return undefined;
	const qop = found.get("qop");
	const auth = qop?.split(/[\s,]+/).some((one) => /^auth$/i.test(one)) ?? false;
	// Only auth-int is offered: nothing we have to say has a body to protect.
	if (qop && !auth) return undefined;
	return {
		scheme: "digest",
		algorithm,
		named,
		realm,
		nonce,
		opaque: found.get("opaque"),
		auth,
		stale: found.get("stale")?.toLowerCase() === "true",
	};
}

const strength = { "SHA-256": 2, MD5: 1 } as const;

/** The strongest of what `WWW-Authenticate` offers; Basic, which shows the password, only where nothing else is. */
export function chooseChallenge(
	headers: readonly string[],
): Challenge | undefined {
	const offers = headers.flatMap((header) =>
		header.slice(0, maxLength).split(/,?\s*\b(?=(?:Digest|Basic)\s)/i),
	);
	const digests = offers
		.filter((offer) => /^digest\s/i.test(offer))
		.map((offer) => digest(offer.slice("digest ".length)))
		.filter((offer) => offer?.scheme === "digest")
		.sort((a, b) => strength[b.algorithm] - strength[a.algorithm]);
	if (digests[0]) return digests[0];
	if (offers.some((offer) => /^digest\s/i.test(offer))) return undefined;
	return offers.some((offer) => /^basic\b/i.test(offer))
		? { scheme: "basic" }
		: undefined;
}
