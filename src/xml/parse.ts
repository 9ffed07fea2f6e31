import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
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
	const reader = idle ?? new Reader();
	idle = undefined;
	const root = reader.read(text);
	// One that refused a document stands in the midst of it, and reads no other.
	idle = reader;
	return root;
}

/** Kept from one document to the next: making one takes time, and each message would wait for it. */
let idle: Reader | undefined;

class Reader {
	readonly #parser = new SaxesParser({ xmlns: true });
	#open: Draft[] = [];
	#root: Draft | undefined;
	/** Of the tag that is being read. */
	#attributes: SaxesAttributeNS[] = [];

	// Six handlers and no more: from the seventh on V8 keeps the parser as a dictionary, five times as slow.
	constructor() {
		const parser = this.#parser;
		parser.on("doctype", () => this.#refuse("a document type declaration"));
		parser.on("attribute", (attribute) => {
			if (this.#attributes.push(attribute) > MAX_ATTRIBUTES)
				this.#refuse(`more than ${MAX_ATTRIBUTES} attributes on an element`);
		});
		parser.on("opentag", (tag) => this.#enter(tag));
		parser.on("closetag", () => this.#leave());
		parser.on("text", (more) => this.#addText(more));
		parser.on("cdata", (more) => this.#addText(more));
	}

	read(text: string): XmlElement {
		try {
			this.#parser.write(text);
			const { encoding } = this.#parser.xmlDecl;
			if (encoding && !isUtf8Name(encoding))
				throw new XmlError(`encoding ${encoding}; only UTF-8 is read`);
			this.#parser.close();
		} catch (error) {
			// Without a handler for them, saxes throws its errors as they are.
			if (error instanceof XmlError || !(error instanceof Error)) throw error;
			throw new XmlError(error.message);
		}
		const root = this.#root;
		this.#root = undefined;
		return root ?? this.#refuse("no element");
	}

	#refuse(reason: string): never {
		const { line, column } = this.#parser;
		throw new XmlError(`${line}:${column}: ${reason}`);
	}

	#enter(tag: SaxesTagNS): void {
		if (this.#open.length >= MAX_DEPTH)
			this.#refuse(`more than ${MAX_DEPTH} levels deep`);
		const outer = this.#open.at(-1)?.scope ?? ROOT_SCOPE;
		let attributes: XmlAttribute[] | undefined;
		let declares = false;
		for (const { uri: namespace, local: name, value } of this.#attributes) {
			if (namespace === XMLNS) {
				declares = true;
				continue;
			}
			attributes ??= [];
			attributes.push({ namespace, name, value });
		}
		if (this.#attributes.length > 0) this.#attributes = [];
		this.#open.push({
			namespace: tag.uri,
			name: tag.local,
			attributes: attributes ?? NO_ATTRIBUTES,
			children: [],
			text: "",
			scope: declares ? new Scope(tag.ns, outer) : outer,
		});
	}

	#leave(): void {
		const draft = this.#open.pop();
		if (draft === undefined) return;
		const parent = this.#open.at(-1);
		if (parent === undefined) this.#root = draft;
		else parent.children.push(draft);
	}

	#addText(more: string): void {
		const current = this.#open.at(-1);
		if (current !== undefined) current.text += more;
	}
}
