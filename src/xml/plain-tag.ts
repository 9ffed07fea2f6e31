import type { XmlAttribute } from "./element.ts";
import { MAX_ATTRIBUTES } from "./limits.ts";
import { Scope, XML_NAMESPACE, XMLNS_NAMESPACE } from "./scope.ts";

const NO_ATTRIBUTES: readonly XmlAttribute[] = [];

/** An attribute as it is written; `prefix` is "" for none. */
interface WrittenAttribute {
	readonly prefix: string;
	readonly name: string;
	readonly value: string;
}

/** The attributes of a plain start tag; what it does not take is for the other reader to judge. */
export class PlainTag {
	/** Namespaces by their prefixes. */
	#declared: Map<string, string> | undefined;
	#written: WrittenAttribute[] | undefined;
	#count = 0;

	/** False for what is not plain. */
	add(prefix: string, name: string, value: string): boolean {
		if (++this.#count > MAX_ATTRIBUTES) return false;
		if (prefix === "xmlns") return value !== "" && this.#declare(name, value);
		if (prefix === "" && name === "xmlns") return this.#declare("", value);
		this.#written ??= [];
		this.#written.push({ prefix, name, value });
		return true;
	}

	#declare(prefix: string, namespace: string): boolean {
		if (prefix === "xml" || prefix === "xmlns") return false;
		if (namespace === XML_NAMESPACE || namespace === XMLNS_NAMESPACE)
			return false;
		if (namespace.startsWith(" ") || namespace.endsWith(" ")) return false;
		this.#declared ??= new Map();
		if (this.#declared.has(prefix)) return false;
		this.#declared.set(prefix, namespace);
		return true;
	}

	scope(outer: Scope): Scope {
		return this.#declared === undefined
			? outer
			: new Scope(this.#declared, outer);
	}

	/** The attributes by namespace; undefined when a prefix is bound to nothing, or one is there twice. */
	attributes(scope: Scope): readonly XmlAttribute[] | undefined {
		if (this.#written === undefined) return NO_ATTRIBUTES;
		const found: XmlAttribute[] = [];
		for (const { prefix, name, value } of this.#written) {
			const namespace = prefix === "" ? "" : scope.resolve(prefix);
			if (namespace === undefined) return undefined;
			for (const other of found)
				if (other.name === name && other.namespace === namespace)
					return undefined;
			found.push({ namespace, name, value });
		}
		return found;
	}
}
