import { SaxesParser } from "saxes";
import type { NamespaceScope, XmlAttribute, XmlElement } from "./element.ts";
import { XmlError } from "./error.ts";

/** ONVIF's deepest types nest about fifteen levels inside the envelope. */
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 64;
const XMLNS = "http://www.w3.org/2000/xmlns/";

class Scope implements NamespaceScope {
	readonly #own: Readonly<Record<string, string>>;
	readonly #parent: Scope | undefined;

	constructor(own: Readonly<Record<string, string>>, parent?: Scope) {
		this.#own = own;
		this.#parent = parent;
	}

	resolve(prefix: string): string | undefined {
		if (Object.hasOwn(this.#own, prefix)) return this.#own[prefix];
		return this.#parent?.resolve(prefix);
	}
}

const ROOT_SCOPE = new Scope({
	xml: "http://www.w3.org/XML/1998/namespace",
});
const NO_ATTRIBUTES: readonly XmlAttribute[] = [];

interface Draft {
	readonly namespace: string;
	readonly name: string;
	readonly attributes: readonly XmlAttribute[];
	children: XmlElement[];
	text: string;
	readonly scope: Scope;
}

const isUtf8Name = (encoding: string) =>
	/^(utf-?8|us-ascii)$/i.test(encoding.trim());

/**
 * Reads one document into a tree. Strict: namespaces must be bound, there is one root, no document type declaration,
 * and no encoding but UTF-8 is declared. Comments and processing instructions are dropped.
 * Throws XmlError with line and column.
 */
export function parseXml(text: string): XmlElement {
	const parser = new SaxesParser({ xmlns: true });
	const open: Draft[] = [];
	let root: Draft | undefined;
	let attributeCount = 0;
	const refuse = (reason: string): never => {
		throw new XmlError(`${parser.line}:${parser.column}: ${reason}`);
	};

	parser.on("error", (error) => {
		throw new XmlError(error.message);
	});
	parser.on("doctype", () => refuse("a document type declaration"));
	parser.on("xmldecl", (declaration) => {
		if (declaration.encoding && !isUtf8Name(declaration.encoding))
			refuse(`encoding ${declaration.encoding}; only UTF-8 is read`);
	});
	// Checked before saxes resolves the tag's names, which it does in a time that grows with the depth.
	parser.on("opentagstart", () => {
		attributeCount = 0;
		if (open.length >= MAX_DEPTH) refuse(`more than ${MAX_DEPTH} levels deep`);
	});
	parser.on("attribute", () => {
		if (++attributeCount > MAX_ATTRIBUTES)
			refuse(`more than ${MAX_ATTRIBUTES} attributes on an element`);
	});
	parser.on("opentag", (tag) => {
		const parent = open.at(-1);
		const outer = parent?.scope ?? ROOT_SCOPE;
		let declares = false;
		let attributes = NO_ATTRIBUTES;
		if (attributeCount > 0) {
			const kept: XmlAttribute[] = [];
			for (const attribute of Object.values(tag.attributes))
				if (attribute.uri === XMLNS) declares = true;
				else
					kept.push({
						namespace: attribute.uri,
						name: attribute.local,
						value: attribute.value,
					});
			if (kept.length > 0) attributes = kept;
		}
		open.push({
			namespace: tag.uri,
			name: tag.local,
			attributes,
			children: [],
			text: "",
			scope: declares ? new Scope(tag.ns, outer) : outer,
		});
	});
	parser.on("closetag", () => {
		const draft = open.pop();
		if (draft === undefined) return;
		const parent = open.at(-1);
		if (parent === undefined) root = draft;
		else parent.children.push(draft);
	});
	const addText = (more: string) => {
		const current = open.at(-1);
		if (current !== undefined) current.text += more;
	};
	parser.on("text", addText);
	parser.on("cdata", addText);

	parser.write(text).close();
	return root ?? refuse("no element");
}
