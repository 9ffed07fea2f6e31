import assert from "node:assert/strict";
import { Fault } from "../../src/soap/fault.ts";
import { NAMESPACES } from "../../src/soap/namespaces.ts";
import { SchemaReader } from "../../src/soap/schema/reader.ts";
import { loadSchema } from "../../src/soap/schema/schema.ts";
import { SchemaWriter } from "../../src/soap/schema/writer.ts";
import { parseXml } from "../../src/xml/parse.ts";

const schema = await loadSchema(["tds", "trt", "tev", "tmd"]);
export const reader = new SchemaReader(schema);
export const writer = new SchemaWriter(schema);

const DECLARATIONS = [
	"tds",
	"trt",
	"tev",
	"tmd",
	"tt",
	"wsnt",
	"wsa",
	"xsi",
	"tns1",
] as const;

/** Reads `<prefix:name attributes>content</prefix:name>` as that element. */
export function read(name: string, content: string, attributes = ""): unknown {
	const declarations = DECLARATIONS.map(
		(prefix) => `xmlns:${prefix}="${NAMESPACES[prefix]}"`,
	).join(" ");
	return reader.read(
		name,
		parseXml(`<${name} ${declarations} ${attributes}>${content}</${name}>`),
	);
}

/** That the element is refused with this subcode, for this reason. */
export function refuses(
	name: string,
	content: string,
	subcode: string,
	reason: RegExp,
) {
	assert.throws(
		() => read(name, content),
		(error) => {
			assert.ok(error instanceof Fault, String(error));
			assert.equal(error.code, "Sender");
			assert.deepEqual(error.subcodes, [subcode]);
			assert.match(error.message, reason);
			return true;
		},
	);
}
