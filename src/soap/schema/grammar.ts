/** One kind of child element, or one attribute, of a complex type. */
export interface Slot {
	/** Prefix of its namespace; "" for an attribute without one. */
	readonly prefix: string;
	readonly name: string;
	/** Its name in the JavaScript object. */
	readonly property: string;
	readonly type: string;
	readonly min: number;
	/** Infinity for unbounded. */
	readonly max: number;
	readonly nillable: boolean;
	/** Which choice it belongs to; undefined when it stands in the sequence. */
	readonly choice: Choice | undefined;
}

export interface Choice {
	/** 0 when nothing need be chosen. */
	readonly min: number;
	/** More than 1: its elements may come in any number. */
	readonly max: number;
}

export type Wildcard = "any" | "other" | "own";

export interface ComplexTypeDefinition {
	/** In the schema's order; a wildcard stands where its elements are written. */
	readonly particles: readonly (Slot | Wildcard)[];
	readonly attributes: readonly Slot[];
	/** Something must stand where a wildcard is. */
	readonly needsAny: boolean;
	readonly anyAttribute: boolean;
	/** Type of its character data. */
	readonly text: string | undefined;
}

/** `[@][prefix:]Name[?*+!{m,n}][~]=type` */
const WORD =
	/^(@?)(?:(\w+):)?([\w.-]+)(?:([?*+!])|\{(\d+),(\d*)\})?(~?)=(\S+)$/;
const CHOICE_END = /^\)(?:([?*+])|\{(\d+),(\d*)\})?$/;

function occurrence(
	sign: string | undefined,
	min: string | undefined,
	max: string | undefined,
): { min: number; max: number } {
	const unbounded = Number.POSITIVE_INFINITY;
	if (min !== undefined)
		return { min: Number(min), max: max ? Number(max) : unbounded };
	return {
		min: sign === "?" || sign === "*" ? 0 : 1,
		max: sign === "*" || sign === "+" ? unbounded : 1,
	};
}

function slot(
	word: string,
	ownPrefix: string,
	choice: Choice | undefined,
): Slot {
	const match = WORD.exec(word);
	if (match === null) throw new Error(`type table: cannot read "${word}"`);
	const [, at, prefix, name = "", sign, min, max, nil, type = ""] = match;
	const common = { name, property: name, type, nillable: nil === "~" };
	if (at === "@")
		return {
			...common,
			prefix: prefix ?? "",
			min: sign === "!" ? 1 : 0,
			max: 1,
			choice: undefined,
		};
	return {
		...common,
		prefix: prefix ?? ownPrefix,
		...occurrence(sign, min, max),
		choice,
	};
}

const WILDCARD = /^any(:other|:own)?!?$/;

function wildcard(word: string): Wildcard {
	if (word.startsWith("any:own")) return "own";
	return word.startsWith("any:other") ? "other" : "any";
}

/** A choice's occurrence stands behind its closing parenthesis. */
function choiceAt(words: readonly string[], start: number): Choice {
	const end = words.find((word, at) => at > start && word.startsWith(")"));
	const [, sign, min, max] = CHOICE_END.exec(end ?? "") ?? [];
	return occurrence(sign, min, max);
}

/**
 * Reads a complex type's definition: words in the schema's order, separated by blanks. `Name=tt:Type` is an element
 * (`?`, `*`, `+`, `{m,n}` its occurrence, `~` nillable), `@name=type` an attribute (`!` required), `( ... )` a choice,
 * `any`, `any:other` and `any:own` wildcards (`!` to be filled), `@any` any attribute, `$=type` character data.
 */
export function parseComplexType(
	text: string,
	ownPrefix: string,
): ComplexTypeDefinition {
	const words = text === "" ? [] : text.split(" ");
	const particles: (Slot | Wildcard)[] = [];
	const attributes: Slot[] = [];
	let anyAttribute = false;
	let needsAny = false;
	let characters: string | undefined;
	let choice: Choice | undefined;
	words.forEach((word, at) => {
		if (word === "(") choice = choiceAt(words, at);
		else if (word.startsWith(")")) choice = undefined;
		else if (WILDCARD.test(word)) {
			particles.push(wildcard(word));
			needsAny ||= word.endsWith("!") && choice === undefined;
		} else if (word === "@any") anyAttribute = true;
		else if (word.startsWith("$=")) characters = word.slice(2);
		else if (word.startsWith("@"))
			attributes.push(slot(word, ownPrefix, undefined));
		else particles.push(slot(word, ownPrefix, choice));
	});
	const taken = new Set(
		particles.map((item) => (typeof item === "string" ? "" : item.property)),
	);
	return {
		particles,
		attributes: attributes.map((attribute) =>
			taken.has(attribute.name)
				? { ...attribute, property: `${attribute.name}Attribute` }
				: attribute,
		),
		needsAny,
		anyAttribute,
		text: characters,
	};
}
