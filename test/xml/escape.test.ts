import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeAttribute, escapeText } from "../../src/xml/escape.ts";
import { parseXml } from "../../src/xml/parse.ts";

const awkward = "a&b<c>d\"e'f\tg\nh\ri😀]]>é";

test("what is escaped is read back the same", () => {
	const root = parseXml(
		`<a b="${escapeAttribute(awkward)}" c='${escapeAttribute(awkward)}'>${escapeText(awkward)}</a>`,
	);
	assert.equal(root.text, awkward);
	assert.deepEqual(
		root.attributes.map((attribute) => attribute.value),
		[awkward, awkward],
	);
});

test("plain text passes untouched", () => {
	assert.equal(escapeText("tt:Profile 'x' \"y\""), "tt:Profile 'x' \"y\"");
});

test("characters that XML forbids become U+FFFD", () => {
	for (const escaped of [escapeText, escapeAttribute])
		assert.equal(
			escaped("a\0b\u000bc\ud800d\uffffe\udc00"),
			"a\ufffdb\ufffdc\ufffdd\ufffde\ufffd",
		);
});
