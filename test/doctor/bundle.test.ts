import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const dist = resolve(import.meta.dirname, "../../dist");
const chunks = readdirSync(join(dist, "chunks"));
const soap = "WSSecurityCert";

/** A file with all that it loads as soon as it is loaded itself. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
	if (seen.has(file)) return seen;
	seen.add(file);
	const text = readFileSync(file, "utf8");
	for (const [, path = ""] of text.matchAll(
		/(?:^|[;}\n])(?:import|export)(?:[^"'();]*from)?"(\.[^"]+)"/g,
	))
		loadedWith(resolve(dirname(file), path), seen);
	return seen;
}

const chunk = (name: string) => {
	const found = chunks.find((one) => one.startsWith(`${name}-`));
	assert.ok(found, name);
	return join(dist, "chunks", found);
};

test("npm soap is loaded by doctor, and by nothing that serves the camera", () => {
	const holdsSoap = (file: string) =>
		[...loadedWith(file)].some((one) =>
			readFileSync(one, "utf8").includes(soap),
		);
	assert.equal(holdsSoap(chunk("doctor")), true);
	assert.ok(loadedWith(chunk("app")).size > 1);
	for (const file of [join(dist, "onvifd.js"), chunk("run"), chunk("app")])
		assert.equal(holdsSoap(file), false, file);
});
