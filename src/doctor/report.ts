import type { Finding, Step } from "./finding.ts";

export interface ReportOptions {
	readonly to: { write(text: string): unknown };
	/** An array for machines. */
	readonly json: boolean;
	/** Somebody looks on: a line that comes and goes tells what is waited for. */
	readonly live: boolean;
}

/** Not at once: most checks are done before a person has read a line. */
const patienceMs = 700;
const startOfLine = "\r\u001b[K";

/** Writes the findings, for people each as soon as those before it are there; tells whether all is well. */
export async function report(
	examination: AsyncIterable<Step>,
	{ to, json, live }: ReportOptions,
): Promise<boolean> {
	const all: Finding[] = [];
	for await (const { about, findings } of examination) {
		const found = await (live && !json
			? waitVisibly(about, findings, to)
			: findings);
		all.push(...found);
		if (!json) for (const finding of found) to.write(lineOf(finding));
	}
	const wrong = all.filter(({ ok }) => !ok);
	if (json) to.write(`${JSON.stringify(all, undefined, 2)}\n`);
	else to.write(`\n${summary(wrong, all.length)}\n`);
	return wrong.length === 0;
}

async function waitVisibly<T>(
	about: string,
	waited: Promise<T>,
	to: ReportOptions["to"],
): Promise<T> {
	let shown = false;
	const timer = setTimeout(() => {
		shown = true;
		to.write(`...    ${about}`);
	}, patienceMs);
	try {
		return await waited;
	} finally {
		clearTimeout(timer);
		if (shown) to.write(startOfLine);
	}
}

function summary(wrong: readonly Finding[], count: number): string {
	if (wrong.length === 0) return "All is well.";
	const names = wrong.map(({ name }) => name).join(", ");
	return `${wrong.length} of ${count} checks found something wrong: ${names}.`;
}

/** The remedy stands on a line of its own, so that it can be copied. */
export function lineOf({ name, ok, detail, remedy }: Finding): string {
	const line = `${ok ? "ok   " : "WRONG"}  ${name.padEnd(18)}  ${detail}\n`;
	return remedy === null
		? line
		: `${line}       ${"".padEnd(18)}  -> ${remedy}\n`;
}
