import type { Model, Particle, TypeName } from "./model.ts";

/** Namespaces whose global elements are written into wildcards (topic expressions, faults, messages, metadata). */
const ROOTS = new Set(["tt", "wsnt", "wsrfbf", "wsa", "wstop"]);

function mentioned(particles: readonly Particle[]): TypeName[] {
	return particles.flatMap((particle) => {
		if (particle.kind === "any") return [];
		if (particle.kind === "choice") return mentioned(particle.items);
		return [particle.type];
	});
}

/** The types that operations' messages and those global elements reach; everything else is never read nor written. */
export function reachableTypes(model: Model): ReadonlySet<TypeName> {
	const reached = new Set<TypeName>();
	const queue: TypeName[] = [];
	const elementType = (name: TypeName) => {
		const [prefix = "", local = ""] = name.split(":");
		const element = model.get(prefix)?.elements.get(local);
		if (element === undefined) throw new Error(`no element ${name}`);
		return element.type;
	};
	for (const namespace of model.values()) {
		for (const { request, response } of namespace.operations)
			for (const element of [request, response])
				if (element !== undefined) queue.push(elementType(element));
		if (ROOTS.has(namespace.prefix))
			for (const element of namespace.elements.values())
				queue.push(element.type);
	}
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		if (reached.has(name)) continue;
		reached.add(name);
		const [prefix = "", local = ""] = name.split(":");
		const namespace = model.get(prefix);
		const complex = namespace?.complexTypes.get(local);
		const simple = namespace?.simpleTypes.get(local);
		if (prefix !== "xs" && complex === undefined && simple === undefined)
			throw new Error(`no type ${name}`);
		queue.push(...mentioned(complex?.particles ?? []));
		queue.push(...(complex?.attributes ?? []).map(({ type }) => type));
		if (complex?.text !== undefined) queue.push(complex.text);
		if (simple?.list !== undefined) queue.push(simple.list);
		queue.push(...(simple?.union ?? []));
	}
	return reached;
}
