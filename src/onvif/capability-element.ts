import type { XmlElement } from "../soap/schema/values.ts";

/**
 * A service's Capabilities as the element that GetServices carries in a wildcard (Core spec, Annex
 * "Example for GetServices Response with capabilities"): in every service, what is simple in them
 * is an attribute and what has parts is an element.
 */
export function capabilityElement(
	namespace: string,
	capabilities: object,
): XmlElement {
	return element(namespace, "Capabilities", capabilities);
}

function element(namespace: string, name: string, value: object): XmlElement {
	const parts = Object.entries(value).filter(([, v]) => v !== undefined);
	return {
		namespace,
		name,
		attributes: parts
			.filter(([, v]) => !isParts(v))
			.map(([attribute, v]) => ({
				namespace: "",
				name: attribute,
				value: Array.isArray(v) ? v.join(" ") : String(v),
			})),
		children: parts.flatMap(([child, v]) =>
			isParts(v) ? [element(namespace, child, v)] : [],
		),
		text: "",
		scope: { resolve: () => undefined },
	};
}

function isParts(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
