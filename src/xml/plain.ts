import {
	APOSTROPHE,
	COLON,
	codeAt,
	EQUALS,
	GREATER,
	isAt,
	LESS,
	NAME,
	NAME_START,
	QUOTE,
	SLASH,
	SPACE,
	TEXT,
	VALUE,
} from "./characters.ts";
import type { XmlAttribute, XmlElement } from "./element.ts";
import { MAX_DEPTH } from "./limits.ts";
import { PlainTag } from "./plain-tag.ts";
import { ROOT_SCOPE, type Scope } from "./scope.ts";

const DECLARATION =
	/^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"utf-8"|'utf-8'))? ?\?>/i;
const NO_CHILDREN: XmlElement[] = [];

interface Draft {
	readonly namespace: string;
	readonly name: string;
	readonly attributes: readonly XmlAttribute[];
	children: XmlElement[];
	text: string;
	readonly scope: Scope;
}

/**
 * Reads a plain document: ASCII in which nothing is escaped, of elements, attributes and text alone. Undefined for all
 * that is not plain or not well-formed, which the other reader looks at: this one takes nothing that that one would
 * refuse, and gives the same tree.
 */
export const parsePlainXml = (text: string): XmlElement | undefined =>
	new PlainReader(text).document();

class PlainReader {
	readonly #text: string;
	#at = 0;
	/** Where the colon stands in the name read last; -1 for none. */
	#colon = -1;

	constructor(text: string) {
		this.#text = text;
	}

	document(): XmlElement | undefined {
		this.#at = DECLARATION.exec(this.#text)?.[0].length ?? 0;
		this.#skip(SPACE);
		const root = this.#take(LESS) ? this.#element(ROOT_SCOPE, 1) : undefined;
		this.#skip(SPACE);
		return this.#at === this.#text.length ? root : undefined;
	}

	/** Goes past all characters of that kind. */
	#skip(kind: number): void {
		const text = this.#text;
		let at = this.#at;
		while (isAt(text, at, kind)) at++;
		this.#at = at;
	}

	/** Goes past a character where it is the next. */
	#take(code: number): boolean {
		if (codeAt(this.#text, this.#at) !== code) return false;
		this.#at++;
		return true;
	}

	/** Goes past a name; false where there is none. */
	#name(): boolean {
		this.#colon = -1;
		if (!isAt(this.#text, this.#at, NAME_START)) return false;
		this.#skip(NAME);
		if (!this.#take(COLON)) return true;
		this.#colon = this.#at - 1;
		if (!isAt(this.#text, this.#at, NAME_START)) return false;
		this.#skip(NAME);
		return true;
	}

	/** From behind its "<". */
	#element(outer: Scope, depth: number): XmlElement | undefined {
		const text = this.#text;
		const from = this.#at;
		if (depth > MAX_DEPTH || !this.#name()) return undefined;
		const colon = this.#colon;
		const end = this.#at;
		const tag = new PlainTag();
		if (!this.#attributes(tag)) return undefined;
		const scope = tag.scope(outer);
		const prefix = colon < 0 ? "" : text.slice(from, colon);
		const namespace = scope.resolve(prefix);
		const attributes = tag.attributes(scope);
		if (attributes === undefined) return undefined;
		if (namespace === undefined && prefix !== "") return undefined;
		const element: Draft = {
			namespace: namespace ?? "",
			name: text.slice(colon < 0 ? from : colon + 1, end),
			attributes,
			children: NO_CHILDREN,
			text: "",
			scope,
		};
		if (this.#take(SLASH)) return this.#take(GREATER) ? element : undefined;
		this.#at++;
		return this.#content(element, text.slice(from, end), depth);
	}

	/** To the tag's end, which is not taken. */
	#attributes(tag: PlainTag): boolean {
		for (;;) {
			const from = this.#at;
			this.#skip(SPACE);
			const code = codeAt(this.#text, this.#at);
			if (code === GREATER || code === SLASH) return true;
			if (this.#at === from || !this.#attribute(tag)) return false;
		}
	}

	#attribute(tag: PlainTag): boolean {
		const text = this.#text;
		const from = this.#at;
		if (!this.#name()) return false;
		const colon = this.#colon;
		const end = this.#at;
		if (!this.#take(EQUALS)) return false;
		const quote = codeAt(text, this.#at);
		if (quote !== QUOTE && quote !== APOSTROPHE) return false;
		const start = ++this.#at;
		this.#skip(VALUE);
		const close = this.#at;
		if (!this.#take(quote)) return false;
		return tag.add(
			colon < 0 ? "" : text.slice(from, colon),
			text.slice(colon < 0 ? from : colon + 1, end),
			text.slice(start, close),
		);
	}

	/** Reads what stands in an element, and its end tag. */
	#content(element: Draft, name: string, depth: number): Draft | undefined {
		const text = this.#text;
		for (;;) {
			const from = this.#at;
			this.#skip(TEXT);
			if (this.#at > from) element.text += text.slice(from, this.#at);
			if (!this.#take(LESS)) return undefined;
			if (this.#take(SLASH)) break;
			const child = this.#element(element.scope, depth + 1);
			if (child === undefined) return undefined;
			if (element.children === NO_CHILDREN) element.children = [child];
			else element.children.push(child);
		}
		if (!text.startsWith(name, this.#at)) return undefined;
		this.#at += name.length;
		this.#skip(SPACE);
		return this.#take(GREATER) ? element : undefined;
	}
}
