import { isPrefix, NAMESPACES } from "../../src/soap/namespaces.ts";
import { HEADER } from "./header.ts";
import type { ComplexType, NamespaceModel, Particle } from "./model.ts";

function occurrence(min: number, max: number): string {
	if (min === 1 && max === 1) return "";
	if (min === 0 && max === 1) return "?";
	if (min === 0 && max === Number.POSITIVE_INFINITY) return "*";
	if (min === 1 && max === Number.POSITIVE_INFINITY) return "+";
	return `{${min},${max === Number.POSITIVE_INFINITY ? "" : max}}`;
}

function particle(item: Particle, prefix: string): string {
	if (item.kind === "any")
		return `any${item.namespaces === "any" ? "" : `:${item.namespaces}`}${item.required ? "!" : ""}`;
	const occurs = occurrence(item.min, item.max);
	if (item.kind === "choice")
		return `( ${item.items.map((inner) => particle(inner, prefix)).join(" ")} )${occurs}`;
	const name =
		item.prefix === prefix ? item.name : `${item.prefix}:${item.name}`;
	return `${name}${occurs}${item.nillable ? "~" : ""}=${item.type}`;
}

function definition(type: ComplexType, prefix: string): string {
	const words = type.particles.map((item) => particle(item, prefix));
	for (const attribute of type.attributes)
		words.push(
			`@${attribute.prefix && `${attribute.prefix}:`}${attribute.name}${attribute.required ? "!" : ""}=${attribute.type}`,
		);
	if (type.anyAttribute) words.push("@any");
	if (type.text !== undefined) words.push(`$=${type.text}`);
	return words.join(" ");
}

/** One entry a line, so that a change of the schemas shows as what it is. */
const section = (entries: readonly (readonly [string, unknown])[]) =>
	`{${entries.map(([name, value]) => `\n${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;

/** Writes the type table of one namespace; src/soap/schema/grammar.ts says what its words mean. */
export function writeTable(
	namespace: NamespaceModel,
	reached: ReadonlySet<string>,
): string {
	const { prefix } = namespace;
	if (!isPrefix(prefix)) throw new Error(`no namespace ${prefix}`);
	const isReached = ([name]: readonly [string, unknown]) =>
		reached.has(`${prefix}:${name}`);
	const simpleTypes = [...namespace.simpleTypes].filter(isReached);
	const complexTypes = [...namespace.complexTypes]
		.filter(isReached)
		.map(([name, type]) => [name, definition(type, prefix)] as const);
	const elements = [...namespace.elements]
		.filter(([, { type }]) => reached.has(type))
		.map(
			([name, { type, nillable }]) =>
				[name, `${nillable ? "~" : ""}${type}`] as const,
		);
	const mentions = `${JSON.stringify(simpleTypes)} ${JSON.stringify(complexTypes)} ${JSON.stringify(elements)} ${JSON.stringify(namespace.operations)}`;
	const uses = Object.keys(NAMESPACES).filter(
		(other) =>
			other !== prefix &&
			other !== "xs" &&
			new RegExp(`[="~ @]${other}:\\w`).test(mentions),
	);
	return `{${[
		`"comment":${JSON.stringify(HEADER.join(" "))}`,
		`"prefix":${JSON.stringify(prefix)}`,
		`"uses":${JSON.stringify(uses)}`,
		`"operations":${section(namespace.operations.map(({ name, ...rest }) => [name, rest]))}`,
		`"elements":${section(elements)}`,
		`"simpleTypes":${section(simpleTypes)}`,
		`"complexTypes":${section(complexTypes)}`,
	].join(",\n")}}\n`;
}
