import { escapeAttribute, escapeText } from "../../xml/escape.ts";
import { NAMESPACES, type Prefix } from "../namespaces.ts";
import { writeXmlElement } from "./any-writer.ts";
import type { Choice, Slot, Wildcard } from "./grammar.ts";
import { prefixesOfType } from "./prefixes.ts";
import type { Schema } from "./schema.ts";
import { type SimpleCodec, simpleCodec } from "./simple-type.ts";
import type { AnyElement } from "./values.ts";

/** Writes a value of one type as an element: `tag` is its prefixed name, `declarations` goes behind it. */
type Write = (value: unknown, tag: string, declarations: string) => string;
type Properties = Readonly<Record<string, unknown>>;

/** An answer that the schema does not allow: a mistake of ours, never the client's. */
export class WriteError extends Error {
	override readonly name = "WriteError";
}

const isProperties = (value: unknown): value is Properties =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Types whose text can hold nothing that XML would have escaped. */
const PLAIN = new Set(["xs:boolean", "xs:int", "xs:float", "xs:double"]);

/** Writes elements by the type table, in the schema's order; each type is compiled when it is first used. */
export class SchemaWriter {
	readonly #schema: Schema;
	readonly #types = new Map<string, Write>();
	readonly #prefixes = new Map<string, readonly Prefix[]>();

	constructor(schema: Schema) {
		this.#schema = schema;
	}

	/**
	 * Writes a global element, named as in the table (`tds:GetServicesResponse`), without declarations of its
	 * `prefixes`. Throws WriteError for what is missing, unknown or not of its type.
	 */
	write(name: string, value: unknown): string {
		return this.#type(this.#elementType(name))(value, name, "");
	}

	/** The prefixes that must be declared around such an element. */
	prefixes(name: string): readonly Prefix[] {
		const known = this.#prefixes.get(name);
		if (known !== undefined) return known;
		const own = name.slice(0, name.indexOf(":"));
		const found = prefixesOfType(this.#elementType(name), this.#schema);
		const all = Object.keys(NAMESPACES).filter(
			(prefix): prefix is Prefix =>
				prefix === own || found.some((one) => one === prefix),
		);
		this.#prefixes.set(name, all);
		return all;
	}

	#elementType(name: string): string {
		const definition = this.#schema.element(name);
		if (definition === undefined)
			throw new WriteError(`type table: no element ${name}`);
		return definition.type;
	}

	#type(name: string): Write {
		const known = this.#types.get(name);
		if (known !== undefined) return known;
		const compiled = this.#compile(name);
		this.#types.set(name, compiled);
		return compiled;
	}

	#compile(name: string): Write {
		const simple = simpleCodec(name, this.#schema);
		if (simple !== undefined) return writeSimple(simple, PLAIN.has(name));
		const type = this.#schema.complexType(name);
		if (type === undefined) throw new WriteError(`type table: no type ${name}`);
		const attributes = type.attributes.map((slot) =>
			attributeWriter(slot, this.#simple(slot.type)),
		);
		// Where a type has several wildcards, the last one takes all: behind every known element.
		const lastWildcard = type.particles.findLastIndex(
			(item) => typeof item === "string",
		);
		const particles = type.particles.flatMap((item, at): WriteProperty[] => {
			if (typeof item !== "string")
				return [elementWriter(item, () => this.#type(item.type))];
			return at === lastWildcard
				? [(value, tag) => this.#writeWildcard(value, tag)]
				: [];
		});
		const text = type.text === undefined ? undefined : this.#simple(type.text);
		const known = new Set([
			...[...type.attributes, ...type.particles].flatMap((item) =>
				typeof item === "string" ? [] : [item.property],
			),
			...(text === undefined ? [] : ["$text"]),
			...(lastWildcard < 0 ? [] : ["$any"]),
		]);
		const check = choiceCheck(type.particles);
		return (value, tag, declarations) => {
			if (!isProperties(value)) throw new WriteError(`${tag} is no object`);
			checkKnown(value, known, tag);
			check?.(value, tag);
			let head = `<${tag}${declarations}`;
			for (const write of attributes) head += write(value, tag);
			let content = text === undefined ? "" : writeText(text, value, tag);
			for (const write of particles) content += write(value, tag);
			return content === "" ? `${head}/>` : `${head}>${content}</${tag}>`;
		};
	}

	#simple(name: string): SimpleCodec {
		const codec = simpleCodec(name, this.#schema);
		if (codec === undefined)
			throw new WriteError(`type table: no type ${name}`);
		return codec;
	}

	#writeWildcard(value: Properties, tag: string): string {
		const held = value.$any;
		if (held === undefined) return "";
		if (!Array.isArray(held)) throw new WriteError(`${tag}: $any is no array`);
		return held.map((item: AnyElement) => this.#writeAny(item)).join("");
	}

	#writeAny(item: AnyElement): string {
		if (!("element" in item)) return writeXmlElement(item);
		const declarations = this.prefixes(item.element)
			.map((prefix) => ` xmlns:${prefix}="${NAMESPACES[prefix]}"`)
			.join("");
		const type = this.#elementType(item.element);
		return this.#type(type)(item.value, item.element, declarations);
	}
}

function checkKnown(
	value: Properties,
	known: ReadonlySet<string>,
	tag: string,
): void {
	for (const property in value)
		if (!known.has(property))
			throw new WriteError(`${tag} knows no ${property}`);
}

function refuse(tag: string, codec: SimpleCodec, value: unknown): never {
	throw new WriteError(
		`${tag} is ${JSON.stringify(value)}, expected ${codec.expected}`,
	);
}

function writeText(codec: SimpleCodec, value: Properties, tag: string): string {
	const text = codec.write(value.$text);
	return text === undefined
		? refuse(tag, codec, value.$text)
		: escapeText(text);
}

function writeSimple(codec: SimpleCodec, plain: boolean): Write {
	const escaped = plain ? (text: string) => text : escapeText;
	return (value, tag, declarations) => {
		const text = codec.write(value) ?? refuse(tag, codec, value);
		return `<${tag}${declarations}>${escaped(text)}</${tag}>`;
	};
}

type WriteProperty = (value: Properties, tag: string) => string;

function attributeWriter(slot: Slot, codec: SimpleCodec): WriteProperty {
	const { property } = slot;
	const name = slot.prefix === "" ? slot.name : `${slot.prefix}:${slot.name}`;
	const opening = ` ${name}="`;
	return (value, tag) => {
		const held = value[property];
		if (held === undefined) {
			if (slot.min === 0) return "";
			throw new WriteError(`${tag}: ${property} is missing`);
		}
		const text = codec.write(held) ?? refuse(`${tag}/@${name}`, codec, held);
		return `${opening}${escapeAttribute(text)}"`;
	};
}

function elementWriter(slot: Slot, type: () => Write): WriteProperty {
	const { property } = slot;
	const name = `${slot.prefix}:${slot.name}`;
	const repeated = (slot.choice?.max ?? 1) > 1;
	const min = slot.choice === undefined ? slot.min : 0;
	const max = repeated ? Number.POSITIVE_INFINITY : slot.max;
	const many = max > 1;
	// Types may hold themselves, so they are looked up when first written.
	let write: Write | undefined;
	return (value, tag) => {
		const held = value[property];
		if (held === undefined) {
			if (min === 0) return "";
			if (slot.nillable)
				return `<${name} xmlns:xsi="${NAMESPACES.xsi}" xsi:nil="true"/>`;
			throw new WriteError(`${tag}: ${property} is missing`);
		}
		write ??= type();
		if (!many) return write(held, name, "");
		if (!Array.isArray(held) || held.length < min || held.length > max)
			throw new WriteError(
				`${tag}: ${property} is no array of ${min} to ${max}`,
			);
		let text = "";
		for (const item of held) text += write(item, name, "");
		return text;
	};
}

/** Undefined for types without a choice of one. */
function choiceCheck(
	particles: readonly (Slot | Wildcard)[],
): ((value: Properties, tag: string) => void) | undefined {
	const choices = new Map<Choice, string[]>();
	for (const item of particles)
		if (typeof item !== "string" && item.choice?.max === 1)
			choices.set(item.choice, [
				...(choices.get(item.choice) ?? []),
				item.property,
			]);
	if (choices.size === 0) return undefined;
	return (value, tag) => {
		for (const [choice, properties] of choices) {
			const held = properties.filter((name) => value[name] !== undefined);
			if (held.length > 1 || (held.length < choice.min && !value.$any))
				throw new WriteError(
					`${tag} holds not exactly one of ${properties.join(", ")}`,
				);
		}
	};
}
