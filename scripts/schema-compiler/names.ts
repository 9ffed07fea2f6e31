import { prefixOf } from "../../src/soap/namespaces.ts";
import type { SchemaNode } from "./document.ts";
import type { TypeName } from "./model.ts";

/** The house's prefix of a namespace; throws for one that src/soap/namespaces.ts does not know. */
export function housePrefix(namespace: string, node: SchemaNode): string {
	const prefix = prefixOf(namespace);
	if (prefix === undefined)
		throw new Error(`${node.file}: unknown namespace "${namespace}"`);
	return prefix;
}

/** Turns a QName of the document into the table's `prefix:Name`. */
export function typeName(qname: string, node: SchemaNode): TypeName {
	const [name = "", prefix = ""] = qname.split(":").reverse();
	// The xml prefix is bound without a declaration (Namespaces in XML, 3).
	const namespace =
		prefix === "xml"
			? "http://www.w3.org/XML/1998/namespace"
			: node.prefixes.get(prefix);
	return `${housePrefix(namespace ?? "", node)}:${name}`;
}
