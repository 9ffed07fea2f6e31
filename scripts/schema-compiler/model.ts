/** `prefix:Name` of a complex, simple or built-in (`xs:`) type, the prefixes being those of src/soap/namespaces.ts. */
export type TypeName = string;

export interface ElementParticle {
	readonly kind: "element";
	readonly prefix: string;
	readonly name: string;
	readonly type: TypeName;
	readonly min: number;
	/** Infinity for unbounded. */
	readonly max: number;
	readonly nillable: boolean;
}

export interface AnyParticle {
	readonly kind: "any";
	readonly namespaces: "any" | "other" | "own";
	readonly required: boolean;
}

export interface ChoiceParticle {
	readonly kind: "choice";
	readonly min: number;
	readonly max: number;
	readonly items: readonly Particle[];
}

export type Particle = ElementParticle | AnyParticle | ChoiceParticle;

export interface AttributeUse {
	/** "" for an attribute without namespace. */
	readonly prefix: string;
	readonly name: string;
	readonly type: TypeName;
	readonly required: boolean;
}

export interface ComplexType {
	readonly particles: readonly Particle[];
	readonly attributes: readonly AttributeUse[];
	readonly anyAttribute: boolean;
	/** The type of its character data; undefined when it holds none. */
	readonly text: TypeName | undefined;
}

export interface SimpleType {
	/** A built-in type, or undefined for lists and unions. */
	readonly base?: TypeName;
	readonly values?: readonly string[];
	readonly list?: TypeName;
	readonly union?: readonly TypeName[];
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly min?: number;
	readonly max?: number;
	/** A JavaScript regular expression for the whole text, flag `u`. */
	readonly pattern?: string;
}

export interface Operation {
	readonly name: string;
	/** Qualified names of global elements; undefined for one-way operations. */
	readonly request: TypeName;
	readonly response: TypeName | undefined;
	readonly action: string;
	readonly responseAction: string;
}

export interface GlobalElement {
	readonly type: TypeName;
	readonly nillable: boolean;
}

/** Everything of one namespace. */
export interface NamespaceModel {
	readonly prefix: string;
	readonly elements: Map<string, GlobalElement>;
	readonly complexTypes: Map<string, ComplexType>;
	readonly simpleTypes: Map<string, SimpleType>;
	readonly operations: Operation[];
}

export type Model = ReadonlyMap<string, NamespaceModel>;
