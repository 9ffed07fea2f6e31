import {
	childNamed,
	childrenNamed,
	requiredAttribute,
	type SchemaNode,
} from "./document.ts";
import type { SimpleType, TypeName } from "./model.ts";
import { typeName } from "./names.ts";

/** XSD's name-character classes, which JavaScript lacks (XML Schema 2, F.1.1). */
const javascriptPattern = (pattern: string) =>
	pattern
		.replaceAll("[\\i-[:]]", "[\\p{L}_]")
		.replaceAll("[\\c-[:]]", "[\\p{L}\\p{N}\\p{M}_.\\u00b7\\-]");

function facets(restriction: SchemaNode): SimpleType {
	const facet = (name: string) =>
		childNamed(restriction, name)?.attributes.get("value");
	const number = (...names: string[]) => {
		const value = names.map(facet).find((text) => text !== undefined);
		return value === undefined ? undefined : Number(value);
	};
	const values = childrenNamed(restriction, "enumeration").map((node) =>
		requiredAttribute(node, "value"),
	);
	const pattern = facet("pattern");
	const all: SimpleType = {
		...(values.length > 0 && { values }),
		minLength: number("minLength", "length"),
		maxLength: number("maxLength", "length"),
		min: number("minInclusive"),
		max: number("maxInclusive"),
		pattern: pattern === undefined ? undefined : javascriptPattern(pattern),
	};
	return Object.fromEntries(
		Object.entries(all).filter(([, value]) => value !== undefined),
	);
}

/**
 * Compiles an `xs:simpleType`. `resolve` gives a named simple type, so that restrictions of restrictions become one;
 * `name` names a list item or base type that stands inside it.
 */
export function compileSimpleType(
	node: SchemaNode,
	resolve: (type: TypeName) => SimpleType | undefined,
): SimpleType {
	const list = childNamed(node, "list");
	if (list !== undefined)
		return { list: typeName(requiredAttribute(list, "itemType"), list) };
	const union = childNamed(node, "union");
	if (union !== undefined) {
		const members = requiredAttribute(union, "memberTypes").split(/\s+/);
		return { union: members.map((member) => typeName(member, union)) };
	}
	const restriction = childNamed(node, "restriction");
	if (restriction === undefined)
		throw new Error(`${node.file}: a simple type of an unknown kind`);
	const base = typeName(requiredAttribute(restriction, "base"), restriction);
	const inherited = base.startsWith("xs:") ? { base } : resolve(base);
	if (inherited === undefined)
		throw new Error(`${node.file}: no simple type ${base}`);
	return { ...inherited, ...facets(restriction) };
}
