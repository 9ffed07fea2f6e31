/** An element that a test writes in one of the ways that namespaces allow. */
export interface Element {
	readonly namespace: string;
	readonly name: string;
	readonly attributes?: Readonly<Record<string, string>>;
	/** A string is text; a list is children; an object is a qualified name as text. */
	readonly content?: string | readonly Element[] | QName;
}

export interface QName {
	readonly namespace: string;
	readonly name: string;
}

type Content = NonNullable<Element["content"]>;

export const element =
	(namespace: string) =>
	(
		name: string,
		content: Content = [],
		attributes: Readonly<Record<string, string>> = {},
	): Element => ({ namespace, name, content, attributes });

export interface Style {
	/** As ONVIF's cases -1 to -5 of DEVICE-6-1 and DISCOVERY-2-1 name it. */
	readonly name: string;
	write(root: Element): string;
}

const isQName = (content: Content): content is QName =>
	typeof content === "object" && "namespace" in content;

const escaped = (text: string) =>
	text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** What a way decides: an element's tag and declarations, and the prefix of a qualified name in its text. */
interface Way {
	tag(element: Element, parent: Element | undefined): [string, string];
	/** Prefix, and the declaration that it needs. */
	qName(namespace: string): [string, string];
}

function write(way: Way, one: Element, parent?: Element): string {
	const { content = [], attributes = {} } = one;
	const [tag, declarations] = way.tag(one, parent);
	let start = `<${tag}${declarations}`;
	let inner: string;
	if (isQName(content)) {
		const [prefix, declaration] = way.qName(content.namespace);
		start += declaration;
		inner = `${prefix}:${content.name}`;
	} else if (typeof content === "string") inner = escaped(content);
	else inner = content.map((child) => write(way, child, one)).join("");
	for (const [name, value] of Object.entries(attributes))
		start += ` ${name}="${escaped(value).replaceAll('"', "&quot;")}"`;
	return `${start}>${inner}</${tag}>`;
}

function namespacesOf({ namespace, content }: Element): string[] {
	if (Array.isArray(content))
		return [namespace, ...content.flatMap(namespacesOf)];
	if (content !== undefined && typeof content === "object" && isQName(content))
		return [namespace, content.namespace];
	return [namespace];
}

const ownPrefix = (namespace: string): [string, string] => [
	"q",
	` xmlns:q="${namespace}"`,
];

/** Declares every namespace at the root, with the prefixes that `prefixes` gives the nth one. */
function declaredAtRoot(
	root: Element,
	prefixes: (at: number) => readonly string[],
): Way {
	const known = new Map(
		[...new Set(namespacesOf(root))].map((one, at) => [one, prefixes(at)]),
	);
	const all = [...known]
		.flatMap(([one, names]) => names.map((name) => ` xmlns:${name}="${one}"`))
		.join("");
	let turn = 0;
	const prefix = (namespace: string) => {
		const names = known.get(namespace) ?? [];
		return names[turn++ % names.length] ?? "";
	};
	return {
		tag: ({ namespace, name }, parent) => [
			`${prefix(namespace)}:${name}`,
			parent ? "" : all,
		],
		qName: (namespace) => [prefix(namespace), ""],
	};
}

/** As most clients write. */
export const plain: Style = {
	name: "a default namespace on the parent",
	write: (root) =>
		write(
			{
				tag: ({ namespace, name }, parent) => [
					name,
					parent?.namespace === namespace ? "" : ` xmlns="${namespace}"`,
				],
				qName: ownPrefix,
			},
			root,
		),
};

export const styles: readonly Style[] = [
	{
		name: "a default namespace on each tag",
		write: (root) =>
			write(
				{
					tag: ({ namespace, name }) => [name, ` xmlns="${namespace}"`],
					qName: ownPrefix,
				},
				root,
			),
	},
	plain,
	{
		name: "prefixes that are not the usual ones",
		write: (root) =>
			write(
				declaredAtRoot(root, (at) => [
					["tds", "x-1", "_", "SOAP-ENV", "wsse", "tt", "i.0"][at] ?? `p${at}`,
				]),
				root,
			),
	},
	{
		name: "different prefixes for the same namespace",
		write: (root) =>
			write(
				declaredAtRoot(root, (at) => [`a${at}`, `b${at}`, `c${at}`]),
				root,
			),
	},
	{
		name: "the same prefix for different namespaces",
		write: (root) =>
			write(
				{
					tag: ({ namespace, name }, parent) => [
						`p:${name}`,
						parent?.namespace === namespace ? "" : ` xmlns:p="${namespace}"`,
					],
					qName: ownPrefix,
				},
				root,
			),
	},
];
