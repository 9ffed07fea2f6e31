import { deferred } from "./deferred.ts";
import { timeLimit } from "./time-limit.ts";

/** What one check found. Machines read it as it stands here (`onvifd doctor --json`). */
export interface Finding {
	/** `port http`, `profile main`. */
	readonly name: string;
	readonly ok: boolean;
	/** What was seen, or what is wrong; one line. */
	readonly detail: string;
	/** What mends it; advice where all is well; null for none. */
	readonly remedy: string | null;
}

/** Some checks that are told together. */
export interface Step {
	/** What is looked at, for people who wait: `encoders`. */
	readonly about: string;
	readonly findings: Promise<readonly Finding[]>;
}

/** What a check throws when something is wrong that its owner can mend. */
export class Trouble extends Error {
	override readonly name = "Trouble";
	readonly remedy: string;

	constructor(detail: string, remedy: string) {
		super(detail);
		this.remedy = remedy;
	}
}

/** What is well, and advice if there is any. */
export type Health =
	| string
	| { readonly detail: string; readonly advice: string };

/** Looks at one thing. The signal fires when its time is up: then it lets go of what it holds. */
export type Look = (signal: AbortSignal) => Promise<Health>;

const maxDetail = 500;
/** Strangers' words may be among ours: no line breaks, colours or changes of reading order. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

const oneLine = (text: string) => text.replace(unsafe, " ").trim();

/** The finding of a look, which takes `limitMs` at most, whatever it waits for. */
export async function examine(
	name: string,
	limitMs: number,
	look: Look,
): Promise<Finding> {
	const ending = new AbortController();
	const limit = deferred<never>();
	const callOff = timeLimit(limitMs, () => {
		const late = new Trouble(
			`no result within ${limitMs / 1000} s`,
			"try again when the machine is less busy",
		);
		limit.reject(late);
		ending.abort(late);
	});
	try {
		const health = await Promise.race([look(ending.signal), limit.promise]);
		return typeof health === "string"
			? finding(name, true, health, null)
			: finding(name, true, health.detail, health.advice);
	} catch (error) {
		return error instanceof Trouble
			? finding(name, false, error.message, error.remedy)
			: finding(name, false, reasonOf(error), null);
	} finally {
		callOff();
	}
}

function finding(
	name: string,
	ok: boolean,
	detail: string,
	remedy: string | null,
): Finding {
	return {
		name: oneLine(name),
		ok,
		detail: oneLine(detail).slice(0, maxDetail),
		remedy: remedy && oneLine(remedy),
	};
}

export function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
