import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { notRun } from "./streaming-not-run.ts";

const specification = path.resolve(
	import.meta.dirname,
	"../../../shared/onvif/testspecs/Real_Time_Streaming.xml",
);

/** `RTSS-1-1-24 TITLE` of every case. */
function casesOf(xml: string): string[] {
	const sections = xml.split("<section").slice(1);
	return sections.flatMap((section) => {
		const plain = section.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
		const id = /Test Case ID: ?(RTSS-\d+-\d+-\d+)/.exec(plain)?.[1];
		const title = /<title[^>]*>([\s\S]*?)<\/title>/.exec(section)?.[1] ?? "";
		return id ? [`${id} ${title.replace(/\s+/g, " ").trim()}`] : [];
	});
}

/** Those that tests name. */
function namedByTests(): Set<string> {
	const texts = readdirSync(import.meta.dirname)
		.filter((name) => name.endsWith(".test.ts"))
		.map((name) => readFileSync(path.join(import.meta.dirname, name), "utf8"));
	return new Set(texts.join().match(/RTSS-\d+-\d+-\d+/g));
}

test("every case of Real_Time_Streaming.xml is run, or it is said why not", (t) => {
	if (!existsSync(specification)) {
		t.skip(`${specification} is not here`);
		return;
	}
	const cases = casesOf(readFileSync(specification, "utf8"));
	assert.ok(cases.length > 100, `${cases.length} cases`);
	const named = namedByTests();
	const isRun = (one: string) => named.has(one.split(" ")[0] ?? "");
	const reasonsOf = (one: string) =>
		notRun.filter((entry) => entry.cases.test(one));
	assert.deepEqual(
		cases.filter((one) => !isRun(one) && reasonsOf(one).length === 0),
		[],
		"neither run nor listed",
	);
	for (const entry of notRun)
		assert.ok(
			cases.some((one) => entry.cases.test(one)),
			entry.reason,
		);
});
