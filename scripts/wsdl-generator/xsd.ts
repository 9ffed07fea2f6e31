import { isPrefix, NAMESPACES } from "../../src/soap/namespaces.ts";
import type {
	ComplexTypeDefinition,
	Slot,
	Wildcard,
} from "../../src/soap/schema/grammar.ts";
import type { Schema } from "../../src/soap/schema/schema.ts";
import type { SimpleTypeDefinition } from "../../src/soap/schema/table.ts";
import { escapeAttribute } from "../../src/xml/escape.ts";
import type { Reached } from "./reachable.ts";

const local = (name: string) => name.slice(name.indexOf(":") + 1);
const prefixOf = (name: string) => name.slice(0, name.indexOf(":"));

function occurs(min: number, max: number): string {
	const least = min === 1 ? "" : ` minOccurs="${min}"`;
	if (max === 1) return least;
	return `${least} maxOccurs="${max === Number.POSITIVE_INFINITY ? "unbounded" : max}"`;
}

const WILDCARDS: Readonly<Record<Wildcard, string>> = {
	any: "##any",
	other: "##other",
	own: "##targetNamespace",
};

function particle(item: Slot | Wildcard, own: string): string {
	if (typeof item === "string")
		return `<xs:any namespace="${WILDCARDS[item]}" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>`;
	const count = occurs(item.min, item.max);
	if (item.prefix !== own)
		return `<xs:element ref="${item.prefix}:${item.name}"${count}/>`;
	const nillable = item.nillable ? ' nillable="true"' : "";
	return `<xs:element name="${item.name}" type="${item.type}"${count}${nillable}/>`;
}

/** A sequence's parts, those of a choice gathered under it. */
function sequence(type: ComplexTypeDefinition, own: string): string[] {
	const lines: string[] = [];
	let choice: Slot["choice"];
	for (const item of [...type.particles, undefined]) {
		const next =
			item === undefined || typeof item === "string" ? undefined : item.choice;
		if (choice !== undefined && next !== choice) lines.push("</xs:choice>");
		if (next !== undefined && next !== choice)
			lines.push(`<xs:choice${occurs(next.min, next.max)}>`);
		choice = next;
		if (item !== undefined) lines.push(particle(item, own));
	}
	return lines;
}

function attributes(type: ComplexTypeDefinition): string[] {
	const lines = type.attributes
		// xmime:contentType and xml:lang are left to the wildcard: their schemas are not ours.
		.filter(({ prefix }) => prefix === "")
		.map(
			({ name, type: of, min }) =>
				`<xs:attribute name="${name}" type="${of}"${min > 0 ? ' use="required"' : ""}/>`,
		);
	const foreign = type.attributes.some(({ prefix }) => prefix !== "");
	if (type.anyAttribute || foreign)
		lines.push('<xs:anyAttribute processContents="lax"/>');
	return lines;
}

function complexType(name: string, type: ComplexTypeDefinition): string[] {
	const mixed = type.text !== undefined && type.particles.length > 0;
	const head = `<xs:complexType name="${local(name)}"${mixed ? ' mixed="true"' : ""}>`;
	if (type.text !== undefined && !mixed)
		return [
			head,
			`<xs:simpleContent><xs:extension base="${type.text}">`,
			...attributes(type),
			"</xs:extension></xs:simpleContent>",
			"</xs:complexType>",
		];
	return [
		head,
		"<xs:sequence>",
		...sequence(type, prefixOf(name)),
		"</xs:sequence>",
		...attributes(type),
		"</xs:complexType>",
	];
}

function simpleType(name: string, type: SimpleTypeDefinition): string[] {
	const head = `<xs:simpleType name="${local(name)}">`;
	if (type.list !== undefined)
		return [head, `<xs:list itemType="${type.list}"/>`, "</xs:simpleType>"];
	if (type.union !== undefined)
		return [
			head,
			`<xs:union memberTypes="${type.union.join(" ")}"/>`,
			"</xs:simpleType>",
		];
	const facet = (facetName: string, value: string | number | undefined) =>
		value === undefined
			? []
			: [`<xs:${facetName} value="${escapeAttribute(String(value))}"/>`];
	return [
		head,
		`<xs:restriction base="${type.base ?? "xs:string"}">`,
		...(type.values ?? []).flatMap((value) => facet("enumeration", value)),
		...facet("minLength", type.minLength),
		...facet("maxLength", type.maxLength),
		...facet("minInclusive", type.min),
		...facet("maxInclusive", type.max),
		"</xs:restriction>",
		"</xs:simpleType>",
	];
}

/** One `xs:schema` for each namespace that is reached. */
export function schemas(reached: Reached, schema: Schema): string[] {
	const names = [...reached.types, ...reached.elements];
	const prefixes = [...new Set(names.map(prefixOf))].filter(isPrefix).sort();
	return prefixes.flatMap((prefix) => {
		const own = (name: string) => prefixOf(name) === prefix;
		const types = reached.types.filter(own).flatMap((name) => {
			const complex = schema.complexType(name);
			if (complex !== undefined) return complexType(name, complex);
			const simple = schema.simpleType(name);
			if (simple === undefined) throw new Error(`no type ${name}`);
			return simpleType(name, simple);
		});
		const elements = reached.elements.filter(own).map((name) => {
			const type = schema.element(name)?.type;
			return `<xs:element name="${local(name)}" type="${type}"/>`;
		});
		return [
			`<xs:schema targetNamespace="${NAMESPACES[prefix]}" elementFormDefault="qualified">`,
			...prefixes
				.filter((other) => other !== prefix)
				.map((other) => `<xs:import namespace="${NAMESPACES[other]}"/>`),
			...elements,
			...types,
			"</xs:schema>",
		];
	});
}
