import { compileComplexType, type Surroundings } from "./complex-type.ts";
import { childNamed, requiredAttribute, type SchemaNode } from "./document.ts";
import type {
	ComplexType,
	GlobalElement,
	Model,
	NamespaceModel,
	SimpleType,
	TypeName,
} from "./model.ts";
import { housePrefix, typeName } from "./names.ts";
import { compileOperations } from "./operations.ts";
import { compileSimpleType } from "./simple-type.ts";
import type { Sources } from "./sources.ts";

interface Declared {
	readonly node: SchemaNode;
	readonly schema: SchemaNode;
}

/** Compiles every schema into one model; named types are compiled when something first asks for them. */
class Compiler {
	readonly #model = new Map<string, NamespaceModel>();
	readonly #types = new Map<TypeName, Declared>();
	readonly #elements = new Map<TypeName, Declared>();

	constructor(schemas: readonly SchemaNode[]) {
		for (const schema of schemas)
			for (const node of schema.children) {
				const name = node.attributes.get("name");
				if (name === undefined) continue;
				const key = `${this.#prefix(schema)}:${name}`;
				if (node.name === "element") this.#elements.set(key, { node, schema });
				else if (node.name === "complexType" || node.name === "simpleType")
					this.#types.set(key, { node, schema });
			}
	}

	compileAll(): Map<string, NamespaceModel> {
		for (const [name, { node }] of this.#types)
			if (node.name === "complexType") this.#complexType(name);
			else this.#simpleType(name);
		for (const name of this.#elements.keys()) this.#element(name);
		return this.#model;
	}

	namespace(prefix: string): NamespaceModel {
		const known = this.#model.get(prefix);
		if (known !== undefined) return known;
		const made: NamespaceModel = {
			prefix,
			elements: new Map(),
			complexTypes: new Map(),
			simpleTypes: new Map(),
			operations: [],
		};
		this.#model.set(prefix, made);
		return made;
	}

	#prefix(schema: SchemaNode): string {
		return housePrefix(requiredAttribute(schema, "targetNamespace"), schema);
	}

	#place(name: TypeName): [NamespaceModel, string] {
		const [prefix = "", local = ""] = name.split(":");
		return [this.namespace(prefix), local];
	}

	#around(schema: SchemaNode): Surroundings {
		return {
			prefix: this.#prefix(schema),
			qualified: schema.attributes.get("elementFormDefault") === "qualified",
			nameAnonymous: (name, node) => this.#anonymous(name, node, schema),
			complexType: (name) => this.#complexType(name),
			element: (name) => this.#element(name),
		};
	}

	/** Compiles the type that stands inside an element or attribute; one without any is xs:anyType. */
	#anonymous(local: string, node: SchemaNode, schema: SchemaNode): TypeName {
		const prefix = this.#prefix(schema);
		const name = `${prefix}:${local}`;
		if (this.#types.has(name))
			throw new Error(`${node.file}: ${name} names two types`);
		const complex = childNamed(node, "complexType");
		const simple = childNamed(node, "simpleType");
		const namespace = this.namespace(prefix);
		if (complex !== undefined)
			namespace.complexTypes.set(
				local,
				compileComplexType(complex, local, this.#around(schema)),
			);
		else if (simple !== undefined)
			namespace.simpleTypes.set(
				local,
				compileSimpleType(simple, (base) => this.#simpleType(base)),
			);
		else return "xs:anyType";
		return name;
	}

	#complexType(name: TypeName): ComplexType | undefined {
		const [namespace, local] = this.#place(name);
		const known = namespace.complexTypes.get(local);
		const declared = this.#types.get(name);
		if (known !== undefined || declared?.node.name !== "complexType")
			return known;
		const type = compileComplexType(
			declared.node,
			local,
			this.#around(declared.schema),
		);
		namespace.complexTypes.set(local, type);
		return type;
	}

	#simpleType(name: TypeName): SimpleType | undefined {
		const [namespace, local] = this.#place(name);
		const known = namespace.simpleTypes.get(local);
		const declared = this.#types.get(name);
		if (known !== undefined || declared?.node.name !== "simpleType")
			return known;
		const type = compileSimpleType(declared.node, (base) =>
			this.#simpleType(base),
		);
		namespace.simpleTypes.set(local, type);
		return type;
	}

	#element(name: TypeName): GlobalElement {
		const [namespace, local] = this.#place(name);
		const known = namespace.elements.get(local);
		if (known !== undefined) return known;
		const declared = this.#elements.get(name);
		if (declared === undefined) throw new Error(`no element ${name}`);
		const { node, schema } = declared;
		const type = node.attributes.get("type");
		// An unnamed type takes its element's name, unless a type has that already.
		const own = this.#types.has(name) ? `${local}_Element` : local;
		const element: GlobalElement = {
			type:
				type === undefined
					? this.#anonymous(own, node, schema)
					: typeName(type, node),
			nillable: node.attributes.get("nillable") === "true",
		};
		namespace.elements.set(local, element);
		return element;
	}
}

export function compile(sources: Sources): Model {
	const compiler = new Compiler(sources.schemas);
	const model = compiler.compileAll();
	for (const service of sources.services) {
		const namespace = requiredAttribute(service, "targetNamespace");
		compiler
			.namespace(housePrefix(namespace, service))
			.operations.push(...compileOperations(service, sources.notification));
	}
	return model;
}
