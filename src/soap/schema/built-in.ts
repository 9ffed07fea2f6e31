import { type NamespaceScope, resolveQName } from "../../xml/element.ts";
import { prefixOf } from "../namespaces.ts";
import { parseDateTime, parseDuration } from "../time.ts";

/** How the values of a built-in type are read and written. */
export interface BuiltIn {
	/** Undefined when the text is not of this type. `text` is trimmed unless `keepsSpace`. */
	read(text: string, scope: NamespaceScope): unknown;
	/** The text of a value, unescaped; undefined when the value is not of this type. */
	write(value: unknown): string | undefined;
	readonly keepsSpace?: true;
	/** What is written can hold nothing that XML would have escaped. */
	readonly plain?: true;
}

const asString = (value: unknown) =>
	typeof value === "string" ? value : undefined;

const text = (
	isValid: (text: string) => boolean,
	options?: { readonly plain: true },
): BuiltIn => ({
	...options,
	read: (value) => (isValid(value) ? value : undefined),
	write: (value) =>
		typeof value === "string" && isValid(value) ? value : undefined,
});

const anyText: BuiltIn = {
	read: (value) => value,
	write: asString,
	keepsSpace: true,
};

const integer = (min: number, max: number): BuiltIn => ({
	plain: true,
	read(value) {
		if (!/^[+-]?\d{1,20}$/.test(value)) return undefined;
		const number = Number(value);
		return number >= min && number <= max ? number : undefined;
	},
	write: (value) =>
		typeof value === "number" &&
		Number.isInteger(value) &&
		value >= min &&
		value <= max
			? String(value)
			: undefined,
});

/** INF and NaN are refused: no setting of a camera is either, and NaN slips through every range check. */
const decimal: BuiltIn = {
	plain: true,
	read(value) {
		if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value))
			return undefined;
		const number = Number(value);
		return Number.isFinite(number) ? number : undefined;
	},
	write: (value) =>
		typeof value === "number" && Number.isFinite(value)
			? String(value)
			: undefined,
};

const boolean: BuiltIn = {
	plain: true,
	read(value) {
		if (value === "true" || value === "1") return true;
		return value === "false" || value === "0" ? false : undefined;
	},
	write: (value) =>
		value === true ? "true" : value === false ? "false" : undefined,
};

/** `{namespace}name` outside, `prefix:name` inside the message. */
const qname: BuiltIn = {
	read(value, scope) {
		const name = resolveQName(value, scope);
		if (name === undefined) return undefined;
		return name.namespace === ""
			? name.name
			: `{${name.namespace}}${name.name}`;
	},
	write(value) {
		if (typeof value !== "string") return undefined;
		const match = /^(?:\{([^}]*)\})?(.+)$/.exec(value);
		if (match === null) return undefined;
		const [, namespace, name] = match;
		if (namespace === undefined) return name;
		const prefix = prefixOf(namespace);
		return prefix === undefined ? undefined : `${prefix}:${name}`;
	},
};

const SAFE = Number.MAX_SAFE_INTEGER;
const isToken = (value: string) => !/^\s|\s$|\s\s|[\t\n\r]/.test(value);

const BUILT_INS = new Map<string, BuiltIn>([
	["xs:string", anyText],
	["xs:anySimpleType", anyText],
	["xs:token", text(isToken)],
	[
		"xs:NCName",
		text((value) => /^[\p{L}_][\p{L}\p{N}\p{M}_.\-·]*$/u.test(value)),
	],
	["xs:anyURI", text((value) => !/[\s<>"]/.test(value))],
	["xs:boolean", boolean],
	["xs:int", integer(-(2 ** 31), 2 ** 31 - 1)],
	["xs:integer", integer(-SAFE, SAFE)],
	["xs:nonNegativeInteger", integer(0, SAFE)],
	["xs:unsignedLong", integer(0, SAFE)],
	["xs:float", decimal],
	["xs:double", decimal],
	[
		"xs:dateTime",
		text((value) => parseDateTime(value) !== undefined, { plain: true }),
	],
	[
		"xs:duration",
		text((value) => parseDuration(value) !== undefined, { plain: true }),
	],
	["xs:QName", qname],
	["xs:hexBinary", text((value) => /^(?:[\da-fA-F]{2})*$/.test(value))],
	["xs:base64Binary", text((value) => /^[A-Za-z\d+/\s]*={0,2}$/.test(value))],
]);

/** Throws for a type that no schema of ours uses. */
export function builtIn(name: string): BuiltIn {
	const known = BUILT_INS.get(name);
	if (known === undefined) throw new Error(`type table: no type ${name}`);
	return known;
}
