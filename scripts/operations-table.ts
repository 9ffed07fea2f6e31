// Writes README's table of the operations that are served: `npm run generate`.
import { services } from "../src/onvif/services.ts";
import { writeReadmeSection } from "./readme-section.ts";

/** One row a service, its operations in alphabetical order. */
export function operationsTable(): string {
	const rows = services.map(({ path, namespace, operations }) => {
		const names = Object.keys(operations).sort();
		return `| \`${path}\`<br>\`${namespace}\` | ${names.join(", ")} |`;
	});
	return ["| service | operations |", "| --- | --- |", ...rows].join("\n");
}

if (import.meta.filename === process.argv[1])
	writeReadmeSection("operations", operationsTable());
