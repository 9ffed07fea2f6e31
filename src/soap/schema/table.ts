import type { Prefix } from "../namespaces.ts";

/** A simple type: a built-in type with facets, a list or a union. */
export interface SimpleTypeDefinition {
	readonly base?: string;
	readonly values?: readonly string[];
	readonly list?: string;
	readonly union?: readonly string[];
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly min?: number;
	readonly max?: number;
	readonly pattern?: string;
}

export interface OperationDefinition {
	/** Qualified names (`tds:GetServices`) of global elements. */
	readonly request: string;
	/** Undefined for one-way operations. */
	readonly response?: string;
	/** The request's `wsa:Action`. */
	readonly action: string;
	readonly responseAction: string;
}

/** The generated table of one namespace. Complex types stay text until they are used; grammar.ts reads them. */
export interface NamespaceTable {
	readonly prefix: string;
	/** Namespaces that its types refer to. */
	readonly uses: readonly string[];
	readonly operations: Readonly<Record<string, OperationDefinition>>;
	/** Global elements: the type's name, `~` before it when the element may be nil. */
	readonly elements: Readonly<Record<string, string>>;
	readonly simpleTypes: Readonly<Record<string, SimpleTypeDefinition>>;
	readonly complexTypes: Readonly<Record<string, string>>;
}

type Load = () => Promise<{ readonly default: NamespaceTable }>;

/** Namespaces are loaded only when a served one needs them: each is a module of its own. */
const TABLES: Readonly<Partial<Record<Prefix, Load>>> = {
	tds: () => import("./generated/tds.json", { with: { type: "json" } }),
	trt: () => import("./generated/trt.json", { with: { type: "json" } }),
	tr2: () => import("./generated/tr2.json", { with: { type: "json" } }),
	tev: () => import("./generated/tev.json", { with: { type: "json" } }),
	timg: () => import("./generated/timg.json", { with: { type: "json" } }),
	tptz: () => import("./generated/tptz.json", { with: { type: "json" } }),
	tmd: () => import("./generated/tmd.json", { with: { type: "json" } }),
	tan: () => import("./generated/tan.json", { with: { type: "json" } }),
	tt: () => import("./generated/tt.json", { with: { type: "json" } }),
	fc: () => import("./generated/fc.json", { with: { type: "json" } }),
	bd: () => import("./generated/bd.json", { with: { type: "json" } }),
	wsnt: () => import("./generated/wsnt.json", { with: { type: "json" } }),
	wstop: () => import("./generated/wstop.json", { with: { type: "json" } }),
	wsrfbf: () => import("./generated/wsrfbf.json", { with: { type: "json" } }),
	wsa: () => import("./generated/wsa.json", { with: { type: "json" } }),
	xop: () => import("./generated/xop.json", { with: { type: "json" } }),
};

/** Loads the tables of `prefixes` and of all that they use. */
export async function loadTables(
	prefixes: readonly Prefix[],
): Promise<ReadonlyMap<string, NamespaceTable>> {
	const tables = new Map<string, NamespaceTable>();
	const queue: string[] = [...prefixes];
	for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
		const load = new Map<string, Load>(Object.entries(TABLES)).get(next);
		if (load === undefined || tables.has(next)) continue;
		const { default: table } = await load();
		tables.set(next, table);
		queue.push(...table.uses);
	}
	return tables;
}
