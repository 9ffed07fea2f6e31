import type { UsernameToken } from "../auth/types.ts";
import { attributeOf, type XmlElement } from "../xml/element.ts";

const WSSE =
	"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU =
	"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/** What a message holds of WS-Security; a malformed token refuses its sender where a proof is needed. */
export type SecurityHeader =
	| { readonly kind: "none" }
	| { readonly kind: "token"; readonly token: UsernameToken }
	| { readonly kind: "malformed"; readonly reason: string };

export const isSecurityHeader = ({ namespace, name }: XmlElement): boolean =>
	name === "Security" && namespace === WSSE;

const malformed = (reason: string): SecurityHeader => ({
	kind: "malformed",
	reason,
});

/** The single child of that name; "many" when there are several. */
function only(
	parent: XmlElement,
	namespace: string,
	name: string,
): XmlElement | undefined | "many" {
	const found = parent.children.filter(
		(child) => child.name === name && child.namespace === namespace,
	);
	return found.length > 1 ? "many" : found[0];
}

/** Reads the Security blocks of a message (WSS UsernameToken Profile 1.1, 3.1): at most one, with at most one token. */
export function readSecurity(blocks: readonly XmlElement[]): SecurityHeader {
	const [block, second] = blocks;
	if (block === undefined) return { kind: "none" };
	if (second !== undefined) return malformed("two WS-Security headers");
	const element = only(block, WSSE, "UsernameToken");
	if (element === undefined) return { kind: "none" };
	if (element === "many") return malformed("two WS-Security UsernameTokens");
	const username = only(element, WSSE, "Username");
	const password = only(element, WSSE, "Password");
	const nonce = only(element, WSSE, "Nonce");
	const created = only(element, WSU, "Created");
	if (
		username === "many" ||
		password === "many" ||
		nonce === "many" ||
		created === "many"
	)
		return malformed("a part of the WS-Security UsernameToken is there twice");
	if (username === undefined)
		return malformed("the WS-Security UsernameToken has no Username");
	return {
		kind: "token",
		token: {
			username: username.text,
			password: password?.text,
			passwordType: password && attributeOf(password, "Type"),
			nonce: nonce?.text,
			created: created?.text,
		},
	};
}
