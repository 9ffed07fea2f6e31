import type { NamespaceScope } from "./element.ts";

/** The namespaces that an element declares, over those of the elements around it. */
export class Scope implements NamespaceScope {
	/** Namespaces by their prefixes. */
	readonly #own: ReadonlyMap<string, string>;
	readonly #outer: Scope | undefined;

	constructor(own: ReadonlyMap<string, string>, outer?: Scope) {
		this.#own = own;
		this.#outer = outer;
	}

	resolve(prefix: string): string | undefined {
		return this.#own.get(prefix) ?? this.#outer?.resolve(prefix);
	}
}

export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
export const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";
/** What holds around the root. */
export const ROOT_SCOPE = new Scope(new Map([["xml", XML_NAMESPACE]]));
