import { escapeAttribute, escapeText } from "../../xml/escape.ts";
import { NAMESPACES, type Prefix } from "../namespaces.ts";
import { writeXmlElement } from "./any-writer.ts";
import type { Choice, Slot, Wildcard } from "./grammar.ts";
import { prefixesOfType } from "./prefixes.ts";
import type { Schema } from "./schema.ts";
import { type SimpleCodec, simpleCodec } from "./simple-type.ts";
import type { AnyElement } from "./values.ts";

/** A type's two halves: what stands in its start tag, and what stands between the tags. */
interface TypeWriter {
	/** Undefined for types that have no attributes. */
	readonly attributes: ((value: unknown, tag: string) => string) | undefined;
	readonly content: (value: unknown, tag: string) => string;
}
type Properties = Readonly<Record<string, unknown>>;

/** An answer that the schema does not allow: a mistake of ours, never the client's. */
export class WriteError extends Error {
	override readonly name = "WriteError";
}

function propertiesOf(value: unknown, tag: string): Properties {
	if (isProperties(value)) return value;
	throw new WriteError(`${tag} is no object`);
}

function concatenated(
	writers: readonly WriteProperty[],
	value: Properties,
	tag: string,
): string {
	let text = "";
	for (const write of writers) text += write(value, tag);
	return text;
}

function elementText(
	type: TypeWriter,
	value: unknown,
	tag: string,
	declarations: string,
): string {
	const head = `<${tag}${declarations}${type.attributes?.(value, tag) ?? ""}`;
	const content = type.content(value, tag);
	return content === "" ? `${head}/>` : `${head}>${content}</${tag}>`;
}

const isProperties = (value: unknown): value is Properties =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Writes elements by the type table, in the schema's order; each type is compiled when it is first used. */
export class SchemaWriter {
	readonly #schema: Schema;
	readonly #types = new Map<string, TypeWriter>();
	readonly #prefixes = new Map<string, readonly Prefix[]>();

	constructor(schema: Schema) {
		this.#schema = schema;
	}

	/**
	 * Writes a global element, named as in the table (`tds:GetServicesResponse`), without declarations of its
	 * `prefixes`. Throws WriteError for what is missing, unknown or not of its type.
	 */
	write(name: string, value: unknown): string {
		return elementText(this.#type(this.#elementType(name)), value, name, "");
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

	#type(name: string): TypeWriter {
		const known = this.#types.get(name);
		if (known !== undefined) return known;
		const compiled = this.#compile(name);
		this.#types.set(name, compiled);
		return compiled;
	}

	#compile(name: string): TypeWriter {
		const simple = simpleCodec(name, this.#schema);
		if (simple !== undefined) {
			const content = simpleContent(simple);
			return { attributes: undefined, content };
		}
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
				? [(value, tag) => this.#writeWildcard(value, tag, type.needsAny)]
				: [];
		});
		const text =
			type.text === undefined
				? undefined
				: simpleContent(this.#simple(type.text));
		const known = new Set([
			...[...type.attributes, ...type.particles].flatMap((item) =>
				typeof item === "string" ? [] : [item.property],
			),
			...(text === undefined ? [] : ["$text"]),
			...(lastWildcard < 0 ? [] : ["$any"]),
		]);
		const check = choiceCheck(type.particles);
		return {
			attributes:
				attributes.length === 0
					? undefined
					: (value, tag) =>
							concatenated(attributes, propertiesOf(value, tag), tag),
			content(value, tag) {
				const properties = propertiesOf(value, tag);
				checkKnown(properties, known, tag);
				check?.(properties, tag);
				if (text !== undefined)
					return (
						text(properties.$text, tag) +
						concatenated(particles, properties, tag)
					);
				return concatenated(particles, properties, tag);
			},
		};
	}

	#simple(name: string): SimpleCodec {
		const codec = simpleCodec(name, this.#schema);
		if (codec === undefined)
			throw new WriteError(`type table: no type ${name}`);
		return codec;
	}

	#writeWildcard(value: Properties, tag: string, required: boolean): string {
		const held = value.$any;
		if (held === undefined && !required) return "";
		if (!Array.isArray(held) || (required && held.length === 0))
			throw new WriteError(`${tag}: $any is no array, or empty`);
		return held.map((item: AnyElement) => this.#writeAny(item)).join("");
	}

	#writeAny(item: AnyElement): string {
		if (!("element" in item)) return writeXmlElement(item);
		const declarations = this.prefixes(item.element)
			.map((prefix) => ` xmlns:${prefix}="${NAMESPACES[prefix]}"`)
			.join("");
		const type = this.#elementType(item.element);
		return elementText(
			this.#type(type),
			item.value,
			item.element,
			declarations,
		);
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

function simpleContent(
	codec: SimpleCodec,
): (value: unknown, tag: string) => string {
	if (codec.plain)
		return (value, tag) => codec.write(value) ?? refuse(tag, codec, value);
	return (value, tag) =>
		escapeText(codec.write(value) ?? refuse(tag, codec, value));
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
		return codec.plain
			? `${opening}${text}"`
			: `${opening}${escapeAttribute(text)}"`;
	};
}

function elementWriter(slot: Slot, type: () => TypeWriter): WriteProperty {
	const { property } = slot;
	const name = `${slot.prefix}:${slot.name}`;
	const repeated = (slot.choice?.max ?? 1) > 1;
	const min = slot.choice === undefined ? slot.min : 0;
	const max = repeated ? Number.POSITIVE_INFINITY : slot.max;
	const many = max > 1;
	// Types may hold themselves, so they are looked up when first written.
	let compiled: TypeWriter | undefined;
	const start = `<${name}`;
	const opening = `<${name}>`;
	const closing = `</${name}>`;
	const one = (item: unknown, writer: TypeWriter) => {
		if (writer.attributes === undefined)
			return opening + writer.content(item, name) + closing;
		const head = start + writer.attributes(item, name);
		const content = writer.content(item, name);
		return content === "" ? `${head}/>` : `${head}>${content}${closing}`;
	};
	return (value, tag) => {
		const held = value[property];
		if (held === undefined) {
			if (min === 0) return "";
			if (slot.nillable)
				return `<${name} xmlns:xsi="${NAMESPACES.xsi}" xsi:nil="true"/>`;
			throw new WriteError(`${tag}: ${property} is missing`);
		}
		compiled ??= type();
		if (!many) return one(held, compiled);
		if (!Array.isArray(held) || held.length < min || held.length > max)
			throw new WriteError(
				`${tag}: ${property} is no array of ${min} to ${max}`,
			);
		let text = "";
		for (const item of held) text += one(item, compiled);
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
