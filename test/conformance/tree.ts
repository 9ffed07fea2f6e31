import { XMLParser } from "fast-xml-parser";

/** What a message holds, by local names: attributes as `@name`, elements that may repeat as lists, no element as "". */
export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree };

const LISTS = new Set([
	"Profiles",
	"Configurations",
	"VideoSources",
	"Service",
	"Scopes",
	"User",
	"NetworkProtocols",
	"NetworkInterfaces",
	"ResolutionsAvailable",
	"VideoSourceTokensAvailable",
]);

const parser = new XMLParser({
	removeNSPrefix: true,
	ignoreAttributes: false,
	attributeNamePrefix: "@",
	parseTagValue: false,
	isArray: (name) => LISTS.has(name),
});

/** The content of the body's child. */
export function readBody(message: string): Tree {
	const parsed: Tree = parser.parse(message);
	const body = at(parsed, "Envelope", "Body");
	const [child] = Object.values(body ?? {});
	return child ?? "";
}

/** What lies at a path of names and list positions; undefined when it does not exist. */
export function at(
	tree: Tree | undefined,
	...path: readonly string[]
): Tree | undefined {
	const [name, ...rest] = path;
	if (name === undefined || tree === undefined) return tree;
	if (typeof tree === "string" || isList(tree)) return undefined;
	return at(tree[name], ...rest);
}

const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree);

/** The text there; "" where there is none. */
export function text(
	tree: Tree | undefined,
	...path: readonly string[]
): string {
	const found = at(tree, ...path);
	return typeof found === "string" ? found : "";
}

/** The elements there, none where there is none. */
export function list(
	tree: Tree | undefined,
	...path: readonly string[]
): readonly Tree[] {
	const found = at(tree, ...path);
	if (found === undefined) return [];
	return isList(found) ? found : [found];
}
