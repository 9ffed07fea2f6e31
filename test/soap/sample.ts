import type { Schema } from "../../src/soap/schema/schema.ts";
import { simpleCodec } from "../../src/soap/schema/simple-type.ts";
import { parseXml } from "../../src/xml/parse.ts";

/** One of these is a value of any simple type that is no enumeration. */
const CANDIDATES: readonly unknown[] = [
	true,
	1,
	0.5,
	"PT1S",
	"2026-01-01T00:00:00Z",
	"a",
	"AA",
	"AA==",
	"aaaaaaaa",
	"a".repeat(32),
	"0".repeat(64),
	[1],
	[0.5],
	["a"],
	["{http://www.onvif.org/ver10/schema}a"],
];

function simple(type: string, schema: Schema): unknown {
	const codec = simpleCodec(type, schema);
	if (codec === undefined) return undefined;
	const [first] = schema.simpleType(type)?.values ?? [];
	const value = [first, ...CANDIDATES].find(
		(candidate) =>
			candidate !== undefined && codec.write(candidate) !== undefined,
	);
	if (value === undefined) throw new Error(`no sample of ${type}`);
	return value;
}

/**
 * A value of a type with all of its properties, those that may be left out only `depth` levels deep,
 * since types hold themselves. Of a choice the first is taken.
 */
export function sample(type: string, schema: Schema, depth = 4): unknown {
	const value = simple(type, schema);
	if (value !== undefined) return value;
	const definition = schema.complexType(type);
	if (definition === undefined) throw new Error(`no type ${type}`);
	const object: Record<string, unknown> = {};
	const chosen = new Set<unknown>();
	for (const slot of [...definition.attributes, ...definition.particles]) {
		if (typeof slot === "string") continue;
		if (slot.min === 0 && depth <= 0) continue;
		if (slot.choice !== undefined && chosen.has(slot.choice)) continue;
		if (slot.choice !== undefined) chosen.add(slot.choice);
		const item = sample(slot.type, schema, depth - 1);
		const many = slot.max > 1 || (slot.choice?.max ?? 1) > 1;
		object[slot.property] = many
			? Array.from({ length: Math.max(1, slot.min) }, () => item)
			: item;
	}
	if (definition.needsAny)
		object.$any = [
			parseXml('<GetDNS xmlns="http://www.onvif.org/ver10/device/wsdl"/>'),
		];
	if (definition.text !== undefined)
		object.$text = simple(definition.text, schema);
	return object;
}
