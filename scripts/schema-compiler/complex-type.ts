import { childNamed, requiredAttribute, type SchemaNode } from "./document.ts";
import type {
	AttributeUse,
	ComplexType,
	ElementParticle,
	Particle,
	TypeName,
} from "./model.ts";
import { typeName } from "./names.ts";

/** What a complex type needs from the rest of the schemas. */
export interface Surroundings {
	/** The prefix of the schema that is being compiled. */
	readonly prefix: string;
	/** Whether local elements are qualified. */
	readonly qualified: boolean;
	/** Registers an unnamed type found inside, and names it. */
	nameAnonymous(name: string, node: SchemaNode): TypeName;
	complexType(name: TypeName): ComplexType | undefined;
	element(name: TypeName): { type: TypeName; nillable: boolean };
}

interface Occurrence {
	readonly min: number;
	readonly max: number;
}
const ONCE: Occurrence = { min: 1, max: 1 };

function occurrence(node: SchemaNode, outer: Occurrence): Occurrence {
	const max = node.attributes.get("maxOccurs") ?? "1";
	return {
		min: outer.min * Number(node.attributes.get("minOccurs") ?? "1"),
		max:
			outer.max *
			(max === "unbounded" ? Number.POSITIVE_INFINITY : Number(max)),
	};
}

function element(
	node: SchemaNode,
	owner: string,
	around: Surroundings,
	occurs: Occurrence,
): ElementParticle {
	const reference = node.attributes.get("ref");
	if (reference !== undefined) {
		const qname = typeName(reference, node);
		const [prefix = "", name = ""] = qname.split(":");
		return {
			kind: "element",
			prefix,
			name,
			...around.element(qname),
			...occurs,
		};
	}
	const name = requiredAttribute(node, "name");
	if (!around.qualified)
		throw new Error(`${node.file}: ${name} is an unqualified element`);
	const type = node.attributes.get("type");
	return {
		kind: "element",
		prefix: around.prefix,
		name,
		type:
			type === undefined
				? around.nameAnonymous(`${owner}_${name}`, node)
				: typeName(type, node),
		nillable: node.attributes.get("nillable") === "true",
		...occurs,
	};
}

function wildcard(node: SchemaNode, { min }: Occurrence): Particle {
	const namespaces = node.attributes.get("namespace") ?? "##any";
	const required = min > 0;
	if (namespaces === "##targetNamespace")
		return { kind: "any", namespaces: "own", required };
	return {
		kind: "any",
		namespaces: namespaces === "##other" ? "other" : "any",
		required,
	};
}

/** The particles of a sequence or choice; a sequence inside a sequence is folded into it. */
function particles(
	group: SchemaNode,
	owner: string,
	around: Surroundings,
	outer: Occurrence,
): Particle[] {
	return group.children.flatMap((child): Particle[] => {
		switch (child.name) {
			case "element":
				return [element(child, owner, around, occurrence(child, outer))];
			case "any":
				return [wildcard(child, occurrence(child, outer))];
			case "sequence":
				return particles(child, owner, around, occurrence(child, outer));
			case "choice":
				return [choice(child, owner, around, outer)];
			case "annotation":
				return [];
			default:
				throw new Error(`${child.file}: xs:${child.name} in ${owner}`);
		}
	});
}

function choice(
	node: SchemaNode,
	owner: string,
	around: Surroundings,
	outer: Occurrence,
): Particle {
	return {
		kind: "choice",
		...occurrence(node, outer),
		items: particles(node, owner, around, ONCE),
	};
}

function attribute(
	node: SchemaNode,
	owner: string,
	around: Surroundings,
): AttributeUse {
	const required = node.attributes.get("use") === "required";
	const reference = node.attributes.get("ref");
	if (reference !== undefined) {
		const [prefix = "", name = ""] = typeName(reference, node).split(":");
		return { prefix, name, type: "xs:string", required };
	}
	const name = requiredAttribute(node, "name");
	const type = node.attributes.get("type");
	return {
		prefix: "",
		name,
		type:
			type === undefined
				? around.nameAnonymous(`${owner}_${name}`, node)
				: typeName(type, node),
		required,
	};
}

/** What stands directly in a complexType, extension or restriction. */
function ownContent(
	node: SchemaNode,
	owner: string,
	around: Surroundings,
): ComplexType {
	const attributes: AttributeUse[] = [];
	const own: Particle[] = [];
	let anyAttribute = false;
	for (const child of node.children)
		if (child.name === "attribute")
			attributes.push(attribute(child, owner, around));
		else if (child.name === "anyAttribute") anyAttribute = true;
		else if (child.name === "choice")
			own.push(choice(child, owner, around, ONCE));
		else if (child.name === "sequence")
			own.push(...particles(child, owner, around, occurrence(child, ONCE)));
	return { particles: own, attributes, anyAttribute, text: undefined };
}

const ANYTHING: ComplexType = {
	particles: [{ kind: "any", namespaces: "any", required: false }],
	attributes: [],
	anyAttribute: true,
	text: undefined,
};

function extended(
	node: SchemaNode,
	owner: string,
	around: Surroundings,
): ComplexType {
	const base = typeName(requiredAttribute(node, "base"), node);
	const own = ownContent(node, owner, around);
	if (node.name === "restriction") return own;
	const inherited = base === "xs:anyType" ? ANYTHING : around.complexType(base);
	if (inherited === undefined)
		throw new Error(`${node.file}: ${owner} extends unknown ${base}`);
	return {
		particles: [...inherited.particles, ...own.particles],
		attributes: [...inherited.attributes, ...own.attributes],
		anyAttribute: inherited.anyAttribute || own.anyAttribute,
		text: inherited.text ?? own.text,
	};
}

/** Compiles an `xs:complexType`, what it extends included. `owner` is its name. */
export function compileComplexType(
	node: SchemaNode,
	owner: string,
	around: Surroundings,
): ComplexType {
	const simple = childNamed(node, "simpleContent");
	const complex = childNamed(node, "complexContent");
	const derivation = childNamed(
		simple ?? complex ?? node,
		"extension",
		"restriction",
	);
	if (derivation === undefined) {
		const own = ownContent(node, owner, around);
		return node.attributes.get("mixed") === "true"
			? { ...own, text: "xs:string" }
			: own;
	}
	if (simple === undefined) {
		const all = extended(derivation, owner, around);
		return complex?.attributes.get("mixed") === "true"
			? { ...all, text: "xs:string" }
			: all;
	}
	const base = typeName(requiredAttribute(derivation, "base"), derivation);
	const inherited = around.complexType(base);
	if (inherited !== undefined) return extended(derivation, owner, around);
	return { ...ownContent(derivation, owner, around), text: base };
}
