import { readFileSync } from "node:fs";
import { XMLParser } from "fast-xml-parser";

/** One element of a schema document, its prefixes in reach. */
export interface SchemaNode {
	readonly file: string;
	readonly namespace: string;
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: readonly SchemaNode[];
	readonly prefixes: ReadonlyMap<string, string>;
}

const parser = new XMLParser({
	ignoreAttributes: false,
	attributeNamePrefix: "",
	preserveOrder: true,
	parseTagValue: false,
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null;

function attributesOf(raw: unknown): Map<string, string> {
	const attributes = new Map<string, string>();
	if (isRecord(raw))
		for (const [name, value] of Object.entries(raw))
			attributes.set(name, String(value));
	return attributes;
}

function toNode(
	raw: Record<string, unknown>,
	file: string,
	outer: ReadonlyMap<string, string>,
): SchemaNode | undefined {
	const tag = Object.keys(raw).find((key) => key !== ":@");
	if (tag === undefined || tag === "#text" || tag.startsWith("?"))
		return undefined;
	const attributes = attributesOf(raw[":@"]);
	const prefixes = new Map(outer);
	for (const [name, value] of attributes)
		if (name === "xmlns") prefixes.set("", value);
		else if (name.startsWith("xmlns:")) prefixes.set(name.slice(6), value);
	const [name = "", prefix = ""] = tag.split(":").reverse();
	const content = raw[tag];
	return {
		file,
		namespace: prefixes.get(prefix) ?? "",
		name,
		attributes,
		children: toNodes(content, file, prefixes),
		prefixes,
	};
}

function toNodes(
	raw: unknown,
	file: string,
	prefixes: ReadonlyMap<string, string>,
): SchemaNode[] {
	if (!Array.isArray(raw)) return [];
	const nodes: SchemaNode[] = [];
	for (const child of raw) {
		const node = isRecord(child) ? toNode(child, file, prefixes) : undefined;
		if (node !== undefined) nodes.push(node);
	}
	return nodes;
}

/** Reads one WSDL or XSD. Throws when it holds no element. */
export function readDocument(file: string): SchemaNode {
	const raw: unknown = parser.parse(readFileSync(file, "utf8"));
	const [root] = toNodes(raw, file, new Map());
	if (root === undefined) throw new Error(`${file} holds no element`);
	return root;
}

export const childrenNamed = (
	node: SchemaNode,
	...names: string[]
): readonly SchemaNode[] =>
	node.children.filter((child) => names.includes(child.name));

export const childNamed = (
	node: SchemaNode,
	...names: string[]
): SchemaNode | undefined => childrenNamed(node, ...names)[0];

/** Throws with the document's name when the attribute is missing. */
export function requiredAttribute(node: SchemaNode, name: string): string {
	const value = node.attributes.get(name);
	if (value === undefined)
		throw new Error(`${node.file}: ${node.name} without ${name}`);
	return value;
}
