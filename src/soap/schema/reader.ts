import type { XmlAttribute, XmlElement } from "../../xml/element.ts";
import {
	invalidArgs,
	invalidArgVal,
	missingAttr,
	prohibAttr,
	tagMismatch,
} from "../faults.ts";
import { NAMESPACES, prefixOf } from "../namespaces.ts";
import type { Choice, Slot, Wildcard } from "./grammar.ts";
import type { Schema } from "./schema.ts";
import { type SimpleCodec, simpleCodec } from "./simple-type.ts";
import { DEFAULTS, IGNORED_ATTRIBUTES } from "./tolerances.ts";

/** Reads an element's content. `path` names the element, for refusals: `SetScopes/Scopes`. */
type Read = (element: XmlElement, path: string) => unknown;
type Result = Record<string, unknown>;

const shown = (text: string) =>
	JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text);

/** Reads request bodies by the type table; each type is compiled when it first comes. */
export class SchemaReader {
	readonly #schema: Schema;
	readonly #types = new Map<string, Read>();

	constructor(schema: Schema) {
		this.#schema = schema;
	}

	/**
	 * Reads a global element, named as in the table (`tds:GetServices`). Everything is checked: what is required, what
	 * is known, how often, which values. The order is not, since nothing is lost by that and futomi/node-onvif sends
	 * ProfileToken before ConfigurationToken. Throws Faults that name the element.
	 */
	read(name: string, element: XmlElement): unknown {
		const definition = this.#schema.element(name);
		if (definition === undefined)
			throw new Error(`type table: no element ${name}`);
		return this.#type(definition.type)(element, element.name);
	}

	#type(name: string): Read {
		const known = this.#types.get(name);
		if (known !== undefined) return known;
		// Types may hold themselves: the entry stands before it is filled.
		let compiled: Read | undefined;
		this.#types.set(name, (element, path) => {
			compiled ??= this.#compile(name);
			return compiled(element, path);
		});
		compiled = this.#compile(name);
		this.#types.set(name, compiled);
		return compiled;
	}

	#compile(name: string): Read {
		if (name === "xs:anyType") return (element) => element;
		const simple = simpleCodec(name, this.#schema);
		if (simple !== undefined) return readSimple(simple);
		const type = this.#schema.complexType(name);
		if (type === undefined) throw new Error(`type table: no type ${name}`);
		const slots = type.particles.filter((item) => typeof item !== "string");
		const readElements = elementsReader(
			name,
			slots,
			type.particles.filter((item) => typeof item === "string"),
			(of) => this.#type(of),
		);
		const readAttributes = attributesReader(
			name,
			type.attributes,
			type.anyAttribute,
			(of) => this.#simple(of),
		);
		const text = type.text === undefined ? undefined : this.#simple(type.text);
		return (element, path) => {
			const result: Result = {};
			readAttributes(element, path, result);
			readElements(element, path, result);
			if (type.needsAny && result.$any === undefined)
				throw invalidArgs(`${path} is empty`);
			if (text !== undefined) result.$text = readText(text, element, path);
			else if (element.text.trim() !== "")
				throw invalidArgs(`${path} holds text ${shown(element.text.trim())}`);
			return result;
		};
	}

	#simple(name: string): SimpleCodec {
		const codec = simpleCodec(name, this.#schema);
		if (codec === undefined) throw new Error(`type table: no type ${name}`);
		return codec;
	}
}

function readText(
	codec: SimpleCodec,
	element: XmlElement,
	path: string,
): unknown {
	const value = codec.read(element.text, element.scope);
	if (value === undefined)
		throw invalidArgVal(
			`${path} is ${shown(element.text)}, expected ${codec.expected}`,
		);
	return value;
}

function readSimple(codec: SimpleCodec): Read {
	return (element, path) => {
		const [child] = element.children;
		if (child !== undefined)
			throw tagMismatch(`${path} holds an element ${child.name}`);
		for (const { namespace, name } of element.attributes)
			if (namespace === "") throw prohibAttr(`${path}/@${name}`);
		return readText(codec, element, path);
	};
}

interface ElementReader {
	readonly slot: Slot;
	readonly namespace: string;
	readonly read: Read;
	readonly many: boolean;
}

const namespaceOf = (prefix: string) =>
	new Map<string, string>(Object.entries(NAMESPACES)).get(prefix) ?? "";

const isNil = (element: XmlElement) =>
	element.attributes.some(
		({ namespace, name, value }) =>
			name === "nil" &&
			namespace === NAMESPACES.xsi &&
			(value === "true" || value === "1"),
	);

function accepts(
	wildcards: readonly Wildcard[],
	namespace: string,
	own: string,
): boolean {
	return wildcards.some(
		(wildcard) =>
			wildcard === "any" || (wildcard === "own") === (namespace === own),
	);
}

function store(result: Result, { slot, many }: ElementReader, value: unknown) {
	const held = result[slot.property];
	if (!many) result[slot.property] = value;
	else if (Array.isArray(held)) held.push(value);
	else result[slot.property] = [value];
}

function elementsReader(
	typeName: string,
	slots: readonly Slot[],
	wildcards: readonly Wildcard[],
	type: (name: string) => Read,
): (element: XmlElement, path: string, result: Result) => void {
	const own = namespaceOf(typeName.slice(0, typeName.indexOf(":")));
	const readers = new Map<string, ElementReader>();
	for (const slot of slots)
		readers.set(slot.name, {
			slot,
			namespace: namespaceOf(slot.prefix),
			// Compiled when it first comes: a type reaches far more than a request holds.
			read: (element, path) => type(slot.type)(element, path),
			many: slot.max > 1 || (slot.choice?.max ?? 1) > 1,
		});

	return (element, path, result) => {
		let others: XmlElement[] | undefined;
		for (const child of element.children) {
			const reader = readers.get(child.name);
			const childPath = `${path}/${child.name}`;
			if (reader === undefined || reader.namespace !== child.namespace) {
				if (!accepts(wildcards, child.namespace, own))
					throw tagMismatch(
						`${childPath} in namespace "${child.namespace}" is not known`,
					);
				others ??= [];
				others.push(child);
			} else if (reader.slot.nillable && isNil(child)) continue;
			else if (!reader.many && Object.hasOwn(result, reader.slot.property))
				throw invalidArgs(`${childPath} is there twice`);
			else store(result, reader, reader.read(child, childPath));
		}
		if (others !== undefined) result.$any = others;
		for (const slot of slots) checkCount(slot, typeName, path, result);
		checkChoices(slots, path, result);
	};
}

function checkCount(
	slot: Slot,
	typeName: string,
	path: string,
	result: Result,
): void {
	const value = result[slot.property];
	if (value === undefined) {
		if (slot.min === 0 || slot.nillable || slot.choice !== undefined) return;
		const standIn = DEFAULTS.get(`${typeName}.${slot.property}`);
		if (standIn === undefined)
			throw invalidArgs(`${path}/${slot.name} is missing`);
		result[slot.property] = standIn;
	} else if (Array.isArray(value) && (slot.choice?.max ?? 1) === 1)
		if (value.length < slot.min || value.length > slot.max)
			throw invalidArgs(
				`${path}/${slot.name} is there ${value.length} times, allowed are ${slot.min} to ${slot.max}`,
			);
}

function checkChoices(
	slots: readonly Slot[],
	path: string,
	result: Result,
): void {
	const chosen = new Map<Choice, string[]>();
	for (const { choice, property, name } of slots) {
		if (choice === undefined) continue;
		const names = chosen.get(choice) ?? [];
		chosen.set(choice, names);
		if (result[property] !== undefined) names.push(name);
	}
	for (const [choice, names] of chosen) {
		if (names.length > 1 && choice.max === 1)
			throw invalidArgs(`${path} holds both ${names.join(" and ")}`);
		if (names.length === 0 && choice.min > 0 && result.$any === undefined) {
			const all = slots.filter((slot) => slot.choice === choice);
			throw invalidArgs(
				`${path} holds none of ${all.map(({ name }) => name).join(", ")}`,
			);
		}
	}
}

function attributesReader(
	typeName: string,
	attributes: readonly Slot[],
	anyAttribute: boolean,
	codec: (type: string) => SimpleCodec,
): (element: XmlElement, path: string, result: Result) => void {
	const known = new Map<string, { slot: Slot; codec: SimpleCodec }>();
	for (const slot of attributes)
		known.set(slot.name, { slot, codec: codec(slot.type) });
	const required = attributes.filter((slot) => slot.min > 0);

	const find = ({ namespace, name }: XmlAttribute) => {
		const entry = known.get(name);
		const prefix = namespace === "" ? "" : prefixOf(namespace);
		return entry?.slot.prefix === prefix ? entry : undefined;
	};

	return (element, path, result) => {
		for (const attribute of element.attributes) {
			const entry = find(attribute);
			if (entry !== undefined) {
				const value = entry.codec.read(attribute.value, element.scope);
				if (value === undefined)
					throw invalidArgVal(
						`${path}/@${attribute.name} is ${shown(attribute.value)}, expected ${entry.codec.expected}`,
					);
				result[entry.slot.property] = value;
			} else if (
				// Attributes of other namespaces (xsi:type, wsu:Id) say nothing about the argument.
				attribute.namespace === "" &&
				!anyAttribute &&
				!IGNORED_ATTRIBUTES.has(`${typeName}@${attribute.name}`)
			)
				throw prohibAttr(`${path}/@${attribute.name}`);
		}
		for (const slot of required)
			if (result[slot.property] === undefined)
				throw missingAttr(`${path}/@${slot.name}`);
	};
}
