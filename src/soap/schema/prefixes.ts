import { isPrefix, type Prefix } from "../namespaces.ts";
import type { Schema } from "./schema.ts";

/** The prefixes that an element of this type can need, however it is filled; sorted. */
export function prefixesOfType(
	type: string,
	schema: Schema,
): readonly Prefix[] {
	const prefixes = new Set<Prefix>();
	const seen = new Set<string>();
	const add = (prefix: string) => {
		if (isPrefix(prefix) && prefix !== "xs" && prefix !== "xml")
			prefixes.add(prefix);
	};
	const queue = [type];
	for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
		if (seen.has(next)) continue;
		seen.add(next);
		const definition = schema.complexType(next);
		if (definition === undefined) continue;
		for (const slot of [...definition.particles, ...definition.attributes]) {
			if (typeof slot === "string") continue;
			add(slot.prefix);
			queue.push(slot.type);
			// Such values are QNames, mostly of these two namespaces.
			if (slot.type === "xs:QName") add("tt");
		}
		// Topics are written as text: tns1:VideoSource/MotionAlarm.
		if (next.startsWith("wsnt:") || next.startsWith("wstop:")) add("tns1");
	}
	return [...prefixes].sort();
}
