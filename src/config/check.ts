import { isIP } from "node:net";
import type { Static, TSchema } from "@sinclair/typebox";

/** A value that the schema does not allow. `message` says key and what is allowed. */
export class CheckError extends Error {
	override name = "CheckError";
}

function fail(path: string, message: string): never {
	throw new CheckError(path === "" ? message : `${path}: ${message}`);
}

/** What a message may repeat of a wrong value: short, on one line, never a secret. */
function got(schema: TSchema, value: unknown): string {
	if (value === undefined) return ", but is missing";
	if (schema.secret) return "";
	if (Array.isArray(value)) return ", got a list";
	if (typeof value === "object" && value !== null) return ", got keys";
	// Where keys belong it may be an address with its login, or a user with the password.
	if (typeof value === "string" && !isScalarSchema(schema)) return ", got text";
	const text =
		typeof value === "number" ? String(value) : JSON.stringify(value);
	return `, got ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`;
}

function range(schema: TSchema): string {
	if (schema.type === "number")
		return `a number from ${schema.minimum} to ${schema.maximum}`;
	const kind = schema.multipleOf === 2 ? "an even number" : "a whole number";
	return `${kind} from ${schema.minimum} to ${schema.maximum}`;
}

/** What a schema allows, in words. */
function expectation(schema: TSchema): string {
	if (schema.expects) return schema.expects;
	if (schema.anyOf) return schema.anyOf.map(expectation).join(" or ");
	if (schema.enum) return `one of ${schema.enum.join(", ")}`;
	if (schema.type === "integer" || schema.type === "number")
		return range(schema);
	if (schema.type === "boolean") return "true or false";
	if (schema.type === "null") return "null";
	if (schema.type === "array") return "a list";
	return `keys of ${Object.keys(schema.properties).join(", ")}`;
}

/** Infinity and what is no number are in no range. */
function isNumber(schema: TSchema, value: unknown): value is number {
	return (
		typeof value === "number" &&
		value >= schema.minimum &&
		value <= schema.maximum
	);
}

function isInteger(schema: TSchema, value: unknown): boolean {
	return (
		isNumber(schema, value) &&
		Number.isSafeInteger(value) &&
		value % (schema.multipleOf ?? 1) === 0
	);
}

/** One with a zone (`fe80::1%eth0`) can stand in no URL, which clients are given. */
function isAddress(value: string): boolean {
	return isIP(value) !== 0 && !value.includes("%");
}

function isText(schema: TSchema, value: unknown): boolean {
	return (
		typeof value === "string" &&
		value.length >= (schema.minLength ?? 0) &&
		value.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY) &&
		(schema.enum?.includes(value) ?? true) &&
		(schema.format !== "ip" || isAddress(value)) &&
		(!schema.pattern || new RegExp(schema.pattern, "u").test(value))
	);
}

function isScalarSchema({ type }: TSchema): boolean {
	return type !== "object" && type !== "array";
}

function isScalar(schema: TSchema, value: unknown): boolean {
	switch (schema.type) {
		case "integer":
			return isInteger(schema, value);
		case "number":
			return isNumber(schema, value);
		case "string":
			return isText(schema, value);
		case "boolean":
			return typeof value === "boolean";
		case "null":
			return value === null;
		default:
			throw new Error(`a schema of type ${schema.type} cannot be checked`);
	}
}

export function isKeys(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkObject(schema: TSchema, value: object, path: string): void {
	const properties: Record<string, TSchema> = schema.properties;
	const required = new Set<string>(schema.required);
	const given = new Map(Object.entries(value));
	const within = (key: string) => (path === "" ? key : `${path}.${key}`);
	for (const key of given.keys())
		if (!Object.hasOwn(properties, key))
			fail(
				within(JSON.stringify(key).slice(1, -1).slice(0, 64) || '""'),
				`is not a key; allowed here: ${Object.keys(properties).join(", ")}`,
			);
	for (const [key, property] of Object.entries(properties))
		if (given.has(key) || required.has(key))
			check(property, given.get(key), within(key));
}

function checkArray(
	schema: TSchema,
	value: readonly unknown[],
	path: string,
): void {
	const { minItems = 0, maxItems } = schema;
	if (value.length < minItems || value.length > maxItems)
		fail(
			path,
			`must have ${minItems} to ${maxItems} entries, got ${value.length}`,
		);
	for (const [index, item] of value.entries())
		check(schema.items, item, `${path}[${index}]`);
}

/**
 * Checks a value against the part of JSON Schema that the configuration uses.
 * (TypeBox's own checkers cost more to load than one file is worth, and do not say what is allowed.)
 * @throws CheckError for the first thing that is wrong
 */
export function check<Schema extends TSchema>(
	schema: Schema,
	value: unknown,
	path = "",
): asserts value is Static<Schema> {
	if (schema.type === "object" && isKeys(value))
		return checkObject(schema, value, path);
	if (schema.type === "array" && Array.isArray(value))
		return checkArray(schema, value, path);
	const choices: readonly TSchema[] = schema.anyOf ?? [schema];
	if (
		isScalarSchema(schema) &&
		choices.some((choice) => isScalar(choice, value))
	)
		return;
	fail(path, `must be ${expectation(schema)}${got(schema, value)}`);
}

function defaultOf(schema: TSchema): unknown {
	if (schema.default !== undefined) return schema.default;
	return schema.type === "object" ? {} : undefined;
}

/**
 * The value with the schema's defaults for what was left out; nothing is checked, and what is too much stays.
 * A section that is left out is filled key by key; an optional one stays out.
 */
export function withDefaults(schema: TSchema, given: unknown): unknown {
	const value = given === undefined ? defaultOf(schema) : given;
	if (schema.type === "array" && Array.isArray(value))
		return value.map((item) => withDefaults(schema.items, item));
	if (schema.type !== "object" || !isKeys(value)) return value;
	const properties: Record<string, TSchema> = schema.properties;
	const required = new Set<string>(schema.required);
	const filled = new Map<string, unknown>(Object.entries(value));
	for (const [key, property] of Object.entries(properties))
		if (filled.has(key) || required.has(key))
			filled.set(key, withDefaults(property, filled.get(key)));
	return Object.fromEntries(filled);
}
