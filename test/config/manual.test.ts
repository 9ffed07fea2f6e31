import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { TSchema } from "@sinclair/typebox";
import { withDefaults } from "../../src/config/check.ts";
import { loadConfig } from "../../src/config/load.ts";
import { fileSchema, profileSchema } from "../../src/config/schema.ts";
import { readYaml } from "../../src/config/yaml.ts";

const path = fileURLToPath(
	new URL("../../src/config/default.yaml", import.meta.url),
);
const text = readFileSync(path, "utf8");

test("the manual is the defaults", () => {
	assert.deepEqual(loadConfig(path), loadConfig(undefined));
});

/** From the comment above a top-level key to the next such comment. */
const sections = new Map(
	text
		.split(/\n\n(?=# )/)
		.map((section) => [/^(\w+):/m.exec(section)?.[1] ?? "", section]),
);

/** A comment ends the line, or stands above it or above its neighbours; commented-out examples explain too. */
function isExplained(section: string, key: string): boolean {
	const line = new RegExp(
		`^ *#.*\\n(?: *[\\w-].*\\n)?[ #-]*\\b${key}:|^[ #-]*${key}:.* # `,
		"m",
	);
	return line.test(section);
}

function boundsOf(schema: TSchema): string[] {
	const leaf: TSchema = schema.anyOf?.[0] ?? schema;
	if (leaf.enum) return leaf.enum;
	if (leaf.minimum === undefined || leaf.maximum === 65_535) return [];
	return [String(leaf.minimum), String(leaf.maximum)];
}

/** What stands above for one camera is explained there; a camera's entry names it. */
const explainedAbove = new Set(Object.keys(fileSchema.properties));

function propertiesOf(schema: TSchema): [string, TSchema][] {
	const inner: TSchema = schema.items ?? schema;
	return inner.type === "object" ? Object.entries(inner.properties) : [];
}

function checkKeys(section: string, key: string, schema: TSchema): void {
	assert.ok(isExplained(section, key), `${key} has no comment`);
	for (const bound of boundsOf(schema))
		assert.match(
			section,
			new RegExp(`(?<!\\w)${bound}\\b`),
			`${key}: ${bound}`,
		);
	for (const [inner, property] of propertiesOf(schema))
		if (key === "cameras" && explainedAbove.has(inner))
			assert.match(section, new RegExp(`\\b${inner}:`), `cameras: ${inner}`);
		else checkKeys(section, inner, property);
}

for (const [key, schema] of propertiesOf(fileSchema))
	test(`the manual explains ${key}, and says what it may be`, () => {
		checkKeys(sections.get(key) ?? "", key, schema);
	});

test("the first profile shows what a key has that is left out", () => {
	const main = { token: "main", encoding: "H264", width: 1280, height: 720 };
	const [first] = fileSchema.properties.profiles.default;
	assert.deepEqual(first, main);
	const shown = /- token: main\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? "";
	const completed = withDefaults(profileSchema, main);
	const values = readYaml(shown.replace(/^ {4}/gm, ""));
	assert.deepEqual({ token: "main", ...Object(values) }, completed);
});
