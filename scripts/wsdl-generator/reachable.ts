import type { Schema } from "../../src/soap/schema/schema.ts";

export interface Reached {
	/** Complex and simple types, sorted by name. */
	readonly types: readonly string[];
	/** Global elements that types refer to, beside the messages. */
	readonly elements: readonly string[];
}

/** Everything that messages reach through the type table. */
export function reach(messages: readonly string[], schema: Schema): Reached {
	const types = new Set<string>();
	const elements = new Set(messages);
	const queue = messages.map((name) => schema.element(name)?.type ?? "");
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		if (types.has(name) || name === "" || name.startsWith("xs:")) continue;
		types.add(name);
		const complex = schema.complexType(name);
		for (const item of [
			...(complex?.particles ?? []),
			...(complex?.attributes ?? []),
		]) {
			if (typeof item === "string") continue;
			queue.push(item.type);
			const isElement = complex?.particles.includes(item) ?? false;
			if (isElement && !name.startsWith(`${item.prefix}:`))
				elements.add(`${item.prefix}:${item.name}`);
		}
		if (complex?.text !== undefined) queue.push(complex.text);
		const simple = schema.simpleType(name);
		queue.push(...(simple?.union ?? []), simple?.list ?? "");
	}
	return { types: [...types].sort(), elements: [...elements].sort() };
}
