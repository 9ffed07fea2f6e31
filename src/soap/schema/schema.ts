import { type Prefix, prefixOf } from "../namespaces.ts";
import { type ComplexTypeDefinition, parseComplexType } from "./grammar.ts";
import {
	loadTables,
	type NamespaceTable,
	type OperationDefinition,
	type SimpleTypeDefinition,
} from "./table.ts";

export interface ElementDefinition {
	readonly type: string;
	readonly nillable: boolean;
}

const own = <T>(record: Readonly<Record<string, T>>, name: string) =>
	Object.hasOwn(record, name) ? record[name] : undefined;

/** The type table of the namespaces that are served. Names are `prefix:Name`, as in namespaces.ts. */
export class Schema {
	readonly #tables: ReadonlyMap<string, NamespaceTable>;

	constructor(tables: ReadonlyMap<string, NamespaceTable>) {
		this.#tables = tables;
	}

	/** Undefined for simple and unknown types. */
	complexType(name: string): ComplexTypeDefinition | undefined {
		const [table, local] = this.#find(name);
		const text = table && own(table.complexTypes, local);
		return text === undefined || table === undefined
			? undefined
			: parseComplexType(text, table.prefix);
	}

	simpleType(name: string): SimpleTypeDefinition | undefined {
		const [table, local] = this.#find(name);
		return table && own(table.simpleTypes, local);
	}

	/** A global element. */
	element(name: string): ElementDefinition | undefined {
		const [table, local] = this.#find(name);
		const type = table && own(table.elements, local);
		if (type === undefined) return undefined;
		const nillable = type.startsWith("~");
		return { type: nillable ? type.slice(1) : type, nillable };
	}

	/** The operations of a service's namespace; undefined when that is not loaded. */
	operations(
		prefix: Prefix,
	): Readonly<Record<string, OperationDefinition>> | undefined {
		return this.#tables.get(prefix)?.operations;
	}

	/** `{namespace, name}` as the table's name; undefined for namespaces that it does not know. */
	nameOf(namespace: string, name: string): string | undefined {
		const prefix = prefixOf(namespace);
		return prefix === undefined ? undefined : `${prefix}:${name}`;
	}

	#find(name: string): [NamespaceTable | undefined, string] {
		const colon = name.indexOf(":");
		return [this.#tables.get(name.slice(0, colon)), name.slice(colon + 1)];
	}
}

/** Loads what the named services need; a few milliseconds, once. */
export async function loadSchema(prefixes: readonly Prefix[]): Promise<Schema> {
	return new Schema(await loadTables(prefixes));
}
