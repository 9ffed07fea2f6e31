// Compiles ONVIF's schemas into the type table and the TypeScript types under src/soap/schema/generated.
//
//   node --import tsx scripts/compile-schemas.ts FOLDER [OUTPUT]
//
// FOLDER holds onvif/, oasis/ and w3c/ (README.md names their origins). The schemas themselves stay there:
// what is checked in is what this program derives from them.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compile } from "./schema-compiler/compile.ts";
import { reachableTypes } from "./schema-compiler/reachable.ts";
import { readSources } from "./schema-compiler/sources.ts";
import { writeTable } from "./schema-compiler/write-table.ts";
import { writeTypes } from "./schema-compiler/write-types.ts";

const GENERATED = path.join(
	import.meta.dirname,
	"../src/soap/schema/generated",
);

const [folder, output = GENERATED] = process.argv.slice(2);
if (folder === undefined) {
	console.error("usage: compile-schemas.ts FOLDER [OUTPUT]");
	process.exit(2);
}

const model = compile(readSources(folder));
const reached = reachableTypes(model);
mkdirSync(output, { recursive: true });
for (const namespace of model.values()) {
	const { prefix } = namespace;
	const isUsed = [...reached].some((type) => type.startsWith(`${prefix}:`));
	if (!isUsed || prefix === "xs") continue;
	const write = (name: string, text: string) =>
		writeFileSync(path.join(output, name), text);
	write(`${prefix}.json`, writeTable(namespace, reached));
	write(`${prefix}.ts`, writeTypes(namespace, reached, model));
}
