import type { XmlElement } from "../../xml/element.ts";
import { escapeAttribute, escapeText } from "../../xml/escape.ts";
import { prefixOf } from "../namespaces.ts";

/** Writes an element that no table describes; every namespace in it is declared where it is used. */
export function writeXmlElement(element: XmlElement): string {
	const declared = new Map<string, string>();
	const qualified = (namespace: string, name: string) => {
		if (namespace === "") return name;
		const known = declared.get(namespace);
		const prefix = known ?? prefixOf(namespace) ?? `n${declared.size}`;
		// The xml prefix is never declared (Namespaces in XML, 3).
		if (prefix !== "xml") declared.set(namespace, prefix);
		return `${prefix}:${name}`;
	};
	const tag = qualified(element.namespace, element.name);
	const attributes = element.attributes.map(
		({ namespace, name, value }) =>
			` ${qualified(namespace, name)}="${escapeAttribute(value)}"`,
	);
	const declarations = [...declared].map(
		([namespace, prefix]) => ` xmlns:${prefix}="${escapeAttribute(namespace)}"`,
	);
	const content =
		escapeText(element.text) + element.children.map(writeXmlElement).join("");
	return `<${tag}${declarations.join("")}${attributes.join("")}>${content}</${tag}>`;
}
