import type { NamespaceScope } from "../../xml/element.ts";
import { builtIn } from "./built-in.ts";
import type { Schema } from "./schema.ts";
import type { SimpleTypeDefinition } from "./table.ts";
import { SYNONYMS } from "./tolerances.ts";

/** How the values of a simple type are read and written, facets checked both ways. */
export interface SimpleCodec {
	/** Undefined when the text is not of the type. */
	read(text: string, scope: NamespaceScope): unknown;
	/** Unescaped; undefined when the value is not of the type. */
	write(value: unknown): string | undefined;
	/** For a refusal: `one of H264, JPEG`, `an xs:duration`. */
	readonly expected: string;
	/** What is written needs no escaping. */
	readonly plain: boolean;
}

const trimmed = (name: string): SimpleCodec => {
	const { read, write, keepsSpace, plain = false } = builtIn(name);
	return {
		read: keepsSpace ? read : (text, scope) => read(text.trim(), scope),
		write,
		expected: name,
		plain,
	};
};

/** Lengths count code points, which are never more than JavaScript's units: the count is seldom needed. */
function hasLength(text: string, min: number, max: number): boolean {
	if (text.length >= 2 * min && text.length <= max) return true;
	if (text.length < min || text.length > 2 * max) return false;
	const length = [...text].length;
	return length >= min && length <= max;
}

function facetsOf(
	definition: SimpleTypeDefinition,
): ((value: unknown) => boolean) | undefined {
	const { minLength = 0, maxLength, min, max, pattern } = definition;
	const values = definition.values && new Set<unknown>(definition.values);
	if (values !== undefined) return (value) => values.has(value);
	const expression =
		pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, "u");
	if (min !== undefined || max !== undefined)
		return (value) =>
			typeof value === "number" &&
			value >= (min ?? value) &&
			value <= (max ?? value);
	const longest = maxLength ?? Number.POSITIVE_INFINITY;
	if (maxLength !== undefined || minLength > 0 || expression !== undefined)
		return (value) =>
			typeof value === "string" &&
			hasLength(value, minLength, longest) &&
			(expression?.test(value) ?? true);
	return undefined;
}

function describe(definition: SimpleTypeDefinition): string {
	const { base, values, minLength, maxLength, min, max, pattern } = definition;
	if (values !== undefined) return `one of ${values.join(", ")}`;
	const words = [base ?? "xs:string"];
	if (min !== undefined || max !== undefined)
		words.push(`from ${min ?? "-∞"} to ${max ?? "∞"}`);
	if (minLength !== undefined || maxLength !== undefined)
		words.push(`of ${minLength ?? 0} to ${maxLength ?? "∞"} characters`);
	if (pattern !== undefined) words.push(`like ${pattern}`);
	return words.join(" ");
}

function listCodec(item: SimpleCodec): SimpleCodec {
	return {
		read(text, scope) {
			const items = text.trim() === "" ? [] : text.trim().split(/\s+/);
			const values = items.map((one) => item.read(one, scope));
			return values.includes(undefined) ? undefined : values;
		},
		write(value) {
			if (!Array.isArray(value)) return undefined;
			const items = value.map((one) => item.write(one));
			return items.includes(undefined) ? undefined : items.join(" ");
		},
		expected: `a list of ${item.expected}`,
		plain: item.plain,
	};
}

function unionCodec(members: readonly SimpleCodec[]): SimpleCodec {
	const first = <T>(attempt: (member: SimpleCodec) => T | undefined) => {
		for (const member of members) {
			const result = attempt(member);
			if (result !== undefined) return result;
		}
		return undefined;
	};
	return {
		read: (text, scope) => first((member) => member.read(text, scope)),
		write: (value) => first((member) => member.write(value)),
		expected: members.map((member) => member.expected).join(" or "),
		plain: members.every((member) => member.plain),
	};
}

const isPlain = (text: string) => /^[\w ./:+-]*$/.test(text);

/** Compiles a simple type by name; undefined when the name is not that of a simple type. */
export function simpleCodec(
	name: string,
	schema: Schema,
): SimpleCodec | undefined {
	if (name.startsWith("xs:")) return trimmed(name);
	const definition = schema.simpleType(name);
	if (definition === undefined) return undefined;
	const member = (type: string) => {
		const codec = simpleCodec(type, schema);
		if (codec === undefined) throw new Error(`type table: no type ${type}`);
		return codec;
	};
	if (definition.list !== undefined) return listCodec(member(definition.list));
	if (definition.union !== undefined)
		return unionCodec(definition.union.map(member));
	const base = trimmed(definition.base ?? "xs:string");
	const holds = facetsOf(definition);
	if (holds === undefined) return base;
	const synonyms = SYNONYMS.get(name);
	return {
		read(text, scope) {
			const value = base.read(synonyms?.get(text.trim()) ?? text, scope);
			return holds(value) ? value : undefined;
		},
		write: (value) => (holds(value) ? base.write(value) : undefined),
		expected: describe(definition),
		plain: base.plain || (definition.values?.every(isPlain) ?? false),
	};
}
