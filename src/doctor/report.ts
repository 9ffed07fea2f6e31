import type { Finding } from "./finding.ts";

/** Writes the findings, for people each as soon as those before it are there; tells whether all is well. */
export async function report(
	examination: AsyncIterable<readonly Finding[]>,
	to: { write(text: string): unknown },
	json: boolean,
): Promise<boolean> {
	const all: Finding[] = [];
	for await (const findings of examination)
		for (const finding of findings) {
			all.push(finding);
			if (!json) to.write(lineOf(finding));
		}
	if (json) to.write(`${JSON.stringify(all, undefined, 2)}\n`);
	const wrong = all.filter(({ ok }) => !ok).length;
	if (!json)
		to.write(
			wrong === 0
				? "\nAll is well.\n"
				: `\n${wrong} of ${all.length} checks found something wrong.\n`,
		);
	return wrong === 0;
}

/** The remedy stands on a line of its own, so that it can be copied. */
export function lineOf({ name, ok, detail, remedy }: Finding): string {
	const line = `${ok ? "ok   " : "WRONG"}  ${name.padEnd(18)}  ${detail}\n`;
	return remedy === null
		? line
		: `${line}       ${"".padEnd(18)}  -> ${remedy}\n`;
}
