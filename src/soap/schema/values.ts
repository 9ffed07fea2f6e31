import type { XmlElement } from "../../xml/element.ts";

export type { XmlElement };

/** An `xs:dateTime` as it is written, `2026-01-31T12:00:00.5Z`; checked when read and when written. */
export type DateTime = string;

/** An `xs:duration` as it is written, `PT60S`; checked when read and when written. */
export type Duration = string;

/** A QName whose prefix is resolved: `{namespace}name`, or `name` without a namespace. */
export type ExpandedName = string;

/** A message without content. */
export type Empty = Readonly<Record<never, never>>;

/** An element of the type table where the schema allows any: `{ element: "tt:Message", value: { ... } }`. */
export interface TypedElement {
	readonly element: string;
	readonly value: object;
}

/** What stands for a wildcard: XmlElement when read, either when written. */
export type AnyElement = XmlElement | TypedElement;
