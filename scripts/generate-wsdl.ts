// Writes wsdl/<service>.wsdl for every service that is served, from the type table.
//
//   node --import tsx scripts/generate-wsdl.ts [OUTPUT]
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { services } from "../src/onvif/services.ts";
import { loadSchema } from "../src/soap/schema/schema.ts";
import { WSDL_NAMES } from "../src/soap/wsdl.ts";
import { writeWsdl } from "./wsdl-generator/wsdl.ts";

const [output = path.join(import.meta.dirname, "../wsdl")] =
	process.argv.slice(2);

const schema = await loadSchema(services.map(({ prefix }) => prefix));
mkdirSync(output, { recursive: true });
for (const { prefix, path: servicePath, operations } of services) {
	const name = WSDL_NAMES[prefix];
	if (name === undefined) throw new Error(`no name for the WSDL of ${prefix}`);
	const text = writeWsdl(
		{
			name: name.charAt(0).toUpperCase() + name.slice(1),
			prefix,
			path: servicePath,
			operations: Object.keys(operations).sort(),
		},
		schema,
	);
	writeFileSync(path.join(output, `${name}.wsdl`), text);
}
