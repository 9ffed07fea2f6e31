import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeXml } from "../../src/xml/decode.ts";
import { attributeOf, childOf, resolveQName } from "../../src/xml/element.ts";
import { XmlError } from "../../src/xml/error.ts";
import { parseXml } from "../../src/xml/parse.ts";

test("names, attributes, text and children are read by namespace", () => {
	const root = parseXml(
		'<?xml version="1.0" encoding="UTF-8"?><a:x xmlns:a="urn:a" xmlns="urn:d" a:q="1" p="2"> t<y>&#x41;<![CDATA[<&]]></y>u<!-- c --></a:x>',
	);
	assert.equal(root.namespace, "urn:a");
	assert.equal(root.name, "x");
	assert.equal(root.text, " tu");
	assert.equal(attributeOf(root, "q", "urn:a"), "1");
	assert.equal(attributeOf(root, "p"), "2");
	assert.equal(attributeOf(root, "q"), undefined);
	assert.equal(root.attributes.length, 2);
	assert.equal(childOf(root, "urn:d", "y")?.text, "A<&");
});

test("one prefix may stand for two namespaces, and QNames follow", () => {
	const root = parseXml(
		'<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2">p:c</p:b><p:d>p:c</p:d></p:a>',
	);
	const [b, d] = root.children;
	assert.ok(b && d);
	assert.equal(b.namespace, "urn:2");
	assert.equal(d.namespace, "urn:1");
	assert.deepEqual(resolveQName(" p:c ", b.scope), {
		namespace: "urn:2",
		name: "c",
	});
	assert.deepEqual(resolveQName("c", d.scope), { namespace: "", name: "c" });
	assert.equal(resolveQName("q:c", d.scope), undefined);
	assert.equal(resolveQName("p:", d.scope), undefined);
	assert.equal(resolveQName("p:1", d.scope), undefined);
});

test("__proto__ and constructor are names like others", () => {
	const root = parseXml(
		'<__proto__ constructor="1" __proto__="2"><constructor/></__proto__>',
	);
	assert.equal(root.name, "__proto__");
	assert.equal(attributeOf(root, "constructor"), "1");
	assert.equal(root.children[0]?.name, "constructor");
	assert.equal(root.scope.resolve("constructor"), undefined);
	assert.equal(root.scope.resolve("__proto__"), undefined);
});

const refused: readonly [what: string, text: string, reason: RegExp][] = [
	["a DTD", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", /document type/],
	["an undefined entity", "<a>&b;</a>", /entity/],
	["a second root", "<a/><b/>", /document/],
	["an unbound prefix", "<p:a/>", /unbound namespace prefix/],
	["mismatched tags", "<a><b></a></b>", /1:\d+: unexpected close tag/],
	["a duplicate attribute", "<a b='1' b='2'/>", /duplicate attribute/],
	["a NUL", "<a>\0</a>", /disallowed character/],
	["an unclosed element", "<a>", /unclosed tag/],
	["nothing", "", /1:0: /],
	["]]> in text", "<a>]]></a>", /]]>/],
	["another encoding", "<?xml version='1.0' encoding='utf-16'?><a/>", /utf-16/],
	[
		"too many attributes",
		`<a ${Array.from({ length: 65 }, (_, i) => `b${i}=''`).join(" ")}/>`,
		/64 attributes/,
	],
];
for (const [what, text, reason] of refused)
	test(`refuses ${what}`, () => {
		assert.throws(
			() => parseXml(text),
			(error) => error instanceof XmlError && reason.test(error.message),
		);
	});

test("a document leaves nothing to the next, whether it was read or refused", () => {
	const plain = '<p:a xmlns:p="urn:a" b="1">t<c/></p:a>';
	const isRead = () => {
		const root = parseXml(plain);
		assert.equal(root.namespace, "urn:a");
		assert.equal(root.text, "t");
		assert.deepEqual(root.attributes, [
			{ namespace: "", name: "b", value: "1" },
		]);
		assert.equal(root.children.length, 1);
		assert.equal(root.scope.resolve("q"), undefined);
	};
	for (const [, text] of refused) {
		assert.throws(() => parseXml(text), XmlError);
		isRead();
	}
	for (const start of [
		"<a q:",
		"<a><b c='",
		"<q:a xmlns:q='urn:q'>x<b>&",
		"<a ",
	])
		assert.throws(() => parseXml(start), XmlError);
	isRead();
	assert.equal(parseXml("<?xml version='1.1'?><a>&#1;</a>").text, "\u0001");
	assert.throws(() => parseXml("<a>&#1;</a>"), XmlError);
	parseXml('<q:a xmlns:q="urn:q" xmlns="urn:d"/>');
	assert.throws(() => parseXml("<q:a/>"), /unbound namespace prefix/);
	assert.equal(parseXml("<a/>").namespace, "");
	isRead();
});

test("100,000 levels are refused at the 65th", () => {
	const text = "<a>".repeat(100_000);
	const start = process.cpuUsage();
	assert.throws(() => parseXml(text), /1:\d+: more than 64 levels deep/);
	assert.ok(process.cpuUsage(start).user < 500_000);
});

test("octets are UTF-8, with or without a byte order mark", () => {
	assert.equal(decodeXml(Buffer.from("<é/>")), "<é/>");
	assert.equal(decodeXml(Buffer.from("\ufeff<é/>")), "<é/>");
	assert.throws(
		() => decodeXml(Buffer.from("<é/>", "latin1")),
		/not valid UTF-8/,
	);
	assert.throws(() => decodeXml(Buffer.from("<a/>", "utf16le")), /UTF-16/);
	assert.throws(
		() => decodeXml(Buffer.from("\ufeff<a/>", "utf16le")),
		/UTF-16/,
	);
});
