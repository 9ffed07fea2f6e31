/** True for what it describes; throws an Error that says where and what, for anything else. */
export type Guard<T> = (value: unknown, path: string) => value is T;

type Guards = Readonly<Record<string, Guard<unknown>>>;
type Described<G> = {
	readonly [K in keyof G]: G[K] extends Guard<infer T> ? T : never;
};

function wrong(path: string, expected: string): never {
	throw new Error(`${path || "/"}: must be ${expected}`);
}

export function text(minimum: number, maximum: number): Guard<string> {
	return (value, path): value is string =>
		(typeof value === "string" &&
			value.length >= minimum &&
			value.length <= maximum) ||
		wrong(path, `a text of ${minimum} to ${maximum} characters`);
}

export const flag: Guard<boolean> = (value, path): value is boolean =>
	typeof value === "boolean" || wrong(path, "true or false");

export function number(minimum: number): Guard<number> {
	return (value, path): value is number =>
		(typeof value === "number" && Number.isFinite(value) && value >= minimum) ||
		wrong(path, `a number, ${minimum} or more`);
}

export function integer(minimum: number): Guard<number> {
	return (value, path): value is number =>
		(typeof value === "number" &&
			Number.isSafeInteger(value) &&
			value >= minimum) ||
		wrong(path, `a whole number, ${minimum} or more`);
}

export function oneOf<const T extends string | number>(
	...values: readonly T[]
): Guard<T> {
	return (value, path): value is T =>
		values.some((one) => one === value) ||
		wrong(path, `one of ${values.join(", ")}`);
}

export function list<T>(item: Guard<T>, maximum: number): Guard<readonly T[]> {
	return (value, path): value is readonly T[] =>
		(Array.isArray(value) &&
			value.length <= maximum &&
			value.every((one, i) => item(one, `${path}/${i}`))) ||
		wrong(path, `a list of at most ${maximum}`);
}

/** Has every key of `required`, may have those of `optional`, and no others. */
export function object<R extends Guards, O extends Guards>(
	required: R,
	optional: O,
): Guard<Described<R> & Partial<Described<O>>> {
	const known = new Map(Object.entries({ ...required, ...optional }));
	return (value, path): value is Described<R> & Partial<Described<O>> => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) {
			return wrong(path, "an object");
		}
		for (const key of Object.keys(required)) {
			if (!Object.hasOwn(value, key)) wrong(`${path}/${key}`, "there");
		}
		return Object.entries(value).every(([key, part]) => {
			const guard = known.get(key) ?? wrong(`${path}/${key}`, "left out");
			return guard(part, `${path}/${key}`);
		});
	};
}
