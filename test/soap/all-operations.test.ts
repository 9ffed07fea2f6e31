import assert from "node:assert/strict";
import { test } from "node:test";
import {
	envelopeStart,
	writeEnvelope,
} from "../../src/soap/envelope-writer.ts";
import { SchemaReader } from "../../src/soap/schema/reader.ts";
import { loadSchema } from "../../src/soap/schema/schema.ts";
import { SchemaWriter } from "../../src/soap/schema/writer.ts";
import { SOAP_1_2 } from "../../src/soap/versions.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { Messages } from "../helpers/validate.ts";
import { sample } from "./sample.ts";

const PREFIXES = [
	"tds",
	"trt",
	"tr2",
	"tev",
	"timg",
	"tptz",
	"tmd",
	"tan",
] as const;

const schema = await loadSchema(PREFIXES);
const reader = new SchemaReader(schema);
const writer = new SchemaWriter(schema);
const messages = new Messages();

for (const prefix of PREFIXES)
	test(`${prefix}: every message is written by the schema and read back the same`, () => {
		const operations = Object.values(schema.operations(prefix) ?? {});
		assert.ok(operations.length > 0);
		for (const { request, response } of operations)
			for (const name of [request, response ?? request]) {
				const value = sample(schema.element(name)?.type ?? "", schema);
				const text = writeEnvelope(
					envelopeStart(SOAP_1_2, writer.prefixes(name)),
					SOAP_1_2,
					"",
					writer.write(name, value),
				);
				const [element] =
					parseXml(messages.add(text)).children[0]?.children ?? [];
				assert.ok(element);
				assert.deepEqual(reader.read(name, element), value, name);
			}
	});

test("all of them are as the schemas have it", (t) => messages.validate(t));
