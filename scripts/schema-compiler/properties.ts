import type { ComplexType, Particle, TypeName } from "./model.ts";

export interface Property {
	readonly name: string;
	readonly type: TypeName;
	readonly many: boolean;
	readonly optional: boolean;
}

function ofParticles(
	particles: readonly Particle[],
	inChoice: boolean,
	repeated: boolean,
): Property[] {
	return particles.flatMap((particle): Property[] => {
		if (particle.kind === "any") return [];
		if (particle.kind === "choice")
			return ofParticles(particle.items, true, repeated || particle.max > 1);
		return [
			{
				name: particle.name,
				type: particle.type,
				many: repeated || particle.max > 1,
				optional: inChoice || particle.min === 0 || particle.nillable,
			},
		];
	});
}

export const hasWildcard = (particles: readonly Particle[]): boolean =>
	particles.some(
		(particle) =>
			particle.kind === "any" ||
			(particle.kind === "choice" && hasWildcard(particle.items)),
	);

/** Whether elements must stand in for a wildcard; those of a choice may stay away. */
export const needsWildcard = (particles: readonly Particle[]): boolean =>
	particles.some((particle) => particle.kind === "any" && particle.required);

/** The properties that a complex type has in TypeScript, elements before attributes. */
export function propertiesOf(type: ComplexType, name: string): Property[] {
	const elements = ofParticles(type.particles, false, false);
	const names = new Set<string>();
	for (const element of elements) {
		if (names.has(element.name))
			throw new Error(`${name} holds ${element.name} twice`);
		names.add(element.name);
	}
	const attributes = type.attributes.map((attribute) => ({
		name: names.has(attribute.name)
			? `${attribute.name}Attribute`
			: attribute.name,
		type: attribute.type,
		many: false,
		optional: !attribute.required,
	}));
	return [...elements, ...attributes];
}
