/** The namespace bindings in force at an element, for QNames in content (`<Types>dn:NetworkVideoTransmitter</Types>`). */
export interface NamespaceScope {
	/** `prefix` is "" for the default namespace; undefined when the prefix is bound to nothing. */
	resolve(prefix: string): string | undefined;
}

export interface XmlAttribute {
	/** "" for attributes without a prefix. */
	readonly namespace: string;
	readonly name: string;
	readonly value: string;
}

/** One element as it was read; namespace declarations are not among its attributes. */
export interface XmlElement {
	/** "" for none. */
	readonly namespace: string;
	/** Local name. */
	readonly name: string;
	readonly attributes: readonly XmlAttribute[];
	readonly children: readonly XmlElement[];
	/** The character data that stands directly in it, children left out, untrimmed. */
	readonly text: string;
	readonly scope: NamespaceScope;
}

/** The value of an attribute, undefined when the element does not bear it. */
export function attributeOf(
	element: XmlElement,
	name: string,
	namespace = "",
): string | undefined {
	for (const attribute of element.attributes)
		if (attribute.name === name && attribute.namespace === namespace)
			return attribute.value;
	return undefined;
}

/** The first child of that qualified name. */
export function childOf(
	element: XmlElement,
	namespace: string,
	name: string,
): XmlElement | undefined {
	for (const child of element.children)
		if (child.name === name && child.namespace === namespace) return child;
	return undefined;
}

export interface QName {
	readonly namespace: string;
	readonly name: string;
}

const NC_NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.\-·]*$/u;

/** Reads a QName in content; undefined when it is malformed or its prefix is unbound. */
export function resolveQName(
	text: string,
	scope: NamespaceScope,
): QName | undefined {
	const value = text.trim();
	const colon = value.indexOf(":");
	const prefix = colon < 0 ? "" : value.slice(0, colon);
	const name = value.slice(colon + 1);
	if (!NC_NAME.test(name) || (colon >= 0 && !NC_NAME.test(prefix)))
		return undefined;
	const namespace = scope.resolve(prefix);
	if (namespace === undefined && prefix !== "") return undefined;
	return { namespace: namespace ?? "", name };
}
