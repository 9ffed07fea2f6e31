import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const readme = resolve(import.meta.dirname, "../README.md");

/** README's text between `<!-- name -->` and `<!-- /name -->`, both left out. */
export function readmeSection(name: string): string {
	const { text, from, to } = find(name);
	return text.slice(from, to).trim();
}

export function writeReadmeSection(name: string, content: string): void {
	const { text, from, to } = find(name);
	writeFileSync(
		readme,
		`${text.slice(0, from)}\n\n${content.trim()}\n\n${text.slice(to)}`,
	);
}

function find(name: string): { text: string; from: number; to: number } {
	const text = readFileSync(readme, "utf8");
	const start = `<!-- ${name} -->`;
	const from = text.indexOf(start) + start.length;
	const to = text.indexOf(`<!-- /${name} -->`);
	if (from < start.length || to < from)
		throw new Error(`README.md has no section ${name}`);
	return { text, from, to };
}
