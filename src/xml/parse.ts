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
	const refuse = (reason: string): never => {
		throw new XmlError(`${parser.line}:${parser.column}: ${reason}`);
	};
	const addText = (more: string) => {
		const current = open.at(-1);
		if (current !== undefined) current.text += more;
	};

	// Six handlers and no more: from the seventh on V8 keeps the parser as a dictionary, five times as slow.
	parser.on("doctype", () => refuse("a document type declaration"));
	// Checked before saxes resolves the tag's names, which it does in a time that grows with the depth.
	parser.on("opentagstart", () => {
		if (open.length >= MAX_DEPTH) refuse(`more than ${MAX_DEPTH} levels deep`);
	});
	parser.on("opentag", (tag) => {
		const outer = open.at(-1)?.scope ?? ROOT_SCOPE;
		let attributes: XmlAttribute[] | undefined;
		let count = 0;
		let declares = false;
		for (const qualifiedName in tag.attributes) {
			const attribute = tag.attributes[qualifiedName];
			if (attribute === undefined) continue;
			if (++count > MAX_ATTRIBUTES)
				refuse(`more than ${MAX_ATTRIBUTES} attributes on an element`);
			if (attribute.uri === XMLNS) {
				declares = true;
				continue;
			}
			const { uri: namespace, local: name, value } = attribute;
			attributes ??= [];
			attributes.push({ namespace, name, value });
		}
		open.push({
			namespace: tag.uri,
			name: tag.local,
			attributes: attributes ?? NO_ATTRIBUTES,
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
	parser.on("text", addText);
	parser.on("cdata", addText);

	feed(parser, text);
	return root ?? refuse("no element");
}

function feed(parser: SaxesParser<{ xmlns: true }>, text: string): void {
	try {
		parser.write(text);
		const { encoding } = parser.xmlDecl;
		if (encoding && !isUtf8Name(encoding))
			throw new XmlError(`encoding ${encoding}; only UTF-8 is read`);
		parser.close();
	} catch (error) {
		// Without a handler for them, saxes throws its errors as they are.
		if (error instanceof XmlError || !(error instanceof Error)) throw error;
		throw new XmlError(error.message);
	}
}
