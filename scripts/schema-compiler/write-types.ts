import { HEADER } from "./header.ts";
import type {
	ComplexType,
	Model,
	NamespaceModel,
	SimpleType,
} from "./model.ts";
import { hasWildcard, needsWildcard, propertiesOf } from "./properties.ts";

const SERVICE_NAMES: Readonly<Record<string, string>> = {
	tds: "Device",
	trt: "Media",
	tr2: "Media2",
	tev: "Event",
	timg: "Imaging",
	tptz: "PTZ",
	tmd: "DeviceIO",
	tan: "Analytics",
};

const NUMBERS = new Set(
	"int integer long short byte unsignedInt unsignedLong unsignedShort unsignedByte nonNegativeInteger positiveInteger float double decimal".split(
		" ",
	),
);

function builtIn(name: string): string {
	if (NUMBERS.has(name)) return "number";
	if (name === "boolean") return "boolean";
	if (name === "anyType") return "XmlElement";
	if (name === "dateTime") return "DateTime";
	if (name === "duration") return "Duration";
	return name === "QName" ? "ExpandedName" : "string";
}

const identifier = (name: string) => name.replace(/\W/g, "_");

const propertyKey = (name: string) =>
	/^[\w$]+$/.test(name) ? name : JSON.stringify(name);

/** Writes the TypeScript module of one namespace. */
export function writeTypes(
	namespace: NamespaceModel,
	reached: ReadonlySet<string>,
	model: Model,
): string {
	const { prefix } = namespace;
	const imports = new Set<string>();
	let usesValues = false;
	const value = (name: string) => {
		usesValues = true;
		return `xs.${name}`;
	};

	const reference = (type: string): string => {
		const [of = "", name = ""] = type.split(":");
		if (of === prefix) return identifier(name);
		if (of === "xs") {
			const text = builtIn(name);
			return /^[A-Z]/.test(text) ? value(text) : text;
		}
		imports.add(of);
		return `${of}.${identifier(name)}`;
	};

	const simple = (name: string, type: SimpleType): string => {
		if (type.values !== undefined)
			return `export type ${name} = ${type.values.map((value) => JSON.stringify(value)).join(" | ")};`;
		if (type.list !== undefined)
			return `export type ${name} = readonly ${reference(type.list)}[];`;
		if (type.union !== undefined)
			return `export type ${name} = ${type.union.map(reference).join(" | ")};`;
		return `export type ${name} = ${reference(type.base ?? "xs:string")};`;
	};

	const complex = (name: string, type: ComplexType): string => {
		const lines = propertiesOf(type, name).map((property) => {
			const of = reference(property.type);
			return `\treadonly ${propertyKey(property.name)}${property.optional ? "?" : ""}: ${property.many ? `readonly ${of}[]` : of};`;
		});
		if (type.text !== undefined)
			lines.push(`\treadonly $text: ${reference(type.text)};`);
		if (hasWildcard(type.particles))
			lines.push(
				`	readonly $any${needsWildcard(type.particles) ? "" : "?"}: readonly ${value("AnyElement")}[];`,
			);
		if (lines.length === 0) return `export type ${name} = ${value("Empty")};`;
		return `export interface ${name} {\n${lines.join("\n")}\n}`;
	};

	const element = (name: string | undefined): string => {
		if (name === undefined) return "undefined";
		const [of = "", local = ""] = name.split(":");
		return reference(model.get(of)?.elements.get(local)?.type ?? name);
	};
	const operations = namespace.operations.map(
		({ name, request, response }) =>
			`\treadonly ${name}: { readonly request: ${element(request)}; readonly response: ${element(response)} };`,
	);

	const isReached = ([name]: [string, unknown]) =>
		reached.has(`${prefix}:${name}`);
	const body = [
		...[...namespace.simpleTypes]
			.filter(isReached)
			.map(([name, type]) => simple(identifier(name), type)),
		...[...namespace.complexTypes]
			.filter(isReached)
			.map(([name, type]) => complex(identifier(name), type)),
	];
	if (operations.length > 0)
		body.push(
			`export interface ${SERVICE_NAMES[prefix]}Operations {\n${operations.join("\n")}\n}`,
		);
	const head = [...imports]
		.sort()
		.map((other) => `import type * as ${other} from "./${other}.ts";`);
	if (usesValues) head.push('import type * as xs from "../values.ts";');
	return `${[HEADER.map((line) => `// ${line}`).join("\n"), ...head, ...body].join("\n")}\n`;
}
