import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { april2005 } from "../../src/discovery/versions.ts";
import { childOf } from "../../src/xml/element.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { runForAll } from "./device.ts";
import { probe, read } from "./soap.ts";

const FIXTURES = new URL("../../fixtures/discovery/", import.meta.url);

function each(folder: string): { name: string; text: string; id: string }[] {
	const at = new URL(`${folder}/`, FIXTURES);
	return readdirSync(at).map((name) => {
		const text = readFileSync(new URL(name, at), "utf8");
		const root = parseXml(text);
		const header = childOf(root, root.namespace, "Header");
		const id =
			header && childOf(header, april2005.addressing, "MessageID")?.text.trim();
		assert.ok(id, `${name} has a MessageID`);
		return { name, text, id };
	});
}

describe("probes as clients send them", () => {
	const device = runForAll();

	for (const folder of ["namespaces", "clients"])
		for (const { name, text, id } of each(folder))
			test(`${folder}/${name} is answered`, async () => {
				const { asker, identity } = device();
				asker.multicast(text);
				const [heard] = await asker.answers(`<a:RelatesTo>${id}</a:RelatesTo>`);
				const answer = read(heard?.text ?? "");
				assert.equal(answer.name, "ProbeMatches");
				assert.equal(answer.soap, parseXml(text).namespace);
				assert.equal(answer.endpointReference, identity.endpointReference);
			});

	test("what is not meant for a camera is not answered", async () => {
		const { asker } = device();
		const silent = each("silent");
		assert.ok(silent.length > 4);
		for (const { text } of silent) asker.multicast(text);
		// Answers are spread over 100 ms; one to a probe sent later still may come earlier.
		for (const last of ["a", "b", "c"]) {
			asker.multicast(probe({ id: `uuid:last-${last}` }));
			await asker.answers(`last-${last}`);
		}
		for (const { id, name } of silent)
			assert.ok(!asker.heard.some(({ text }) => text.includes(id)), name);
	});
});
