import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { operationsTable } from "../scripts/operations-table.ts";
import { readmeSection } from "../scripts/readme-section.ts";

const root = resolve(import.meta.dirname, "..");
const pages = [
	"README.md",
	...readdirSync(join(root, "docs"))
		.filter((name) => name.endsWith(".md"))
		.map((name) => `docs/${name}`),
];

test("README lists the operations that are served", () => {
	assert.equal(
		readmeSection("operations"),
		operationsTable(),
		"npm run generate",
	);
});

test("README's measurements are there", () => {
	assert.match(
		readmeSection("bench"),
		/GetProfiles[\s\S]*first key frame[\s\S]*viewers/,
	);
});

for (const page of pages)
	test(`links of ${page} lead somewhere`, () => {
		const text = readFileSync(join(root, page), "utf8");
		const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
			(match) => match[1] ?? "",
		);
		const dead = links.filter(
			(link) => !existsSync(join(root, dirname(page), link)),
		);
		assert.deepEqual(dead, []);
	});

test("every command that README names is one of package.json's", () => {
	const text = readFileSync(join(root, "README.md"), "utf8");
	const named = [
		...text.matchAll(
			/npm (?:run )?(start|test|build|bench|lint|types|generate)\b/g,
		),
	].map((match) => match[1] ?? "");
	const { scripts } = JSON.parse(
		readFileSync(join(root, "package.json"), "utf8"),
	);
	assert.ok(named.length > 0);
	for (const name of named) assert.ok(name in scripts, name);
});
