import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseAnyXml } from "../../src/xml/any.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import { XmlError } from "../../src/xml/error.ts";
import { parsePlainXml } from "../../src/xml/plain.ts";

const requests = readdirSync("fixtures/requests", { recursive: true })
	.map(String)
	.filter((name) => name.endsWith(".xml"))
	.map((name) => ({
		name,
		text: readFileSync(join("fixtures/requests", name), "utf8"),
	}));

/** The tree as data, with what every prefix means everywhere. */
function shown(element: XmlElement, prefixes: readonly string[]): unknown {
	const { namespace, name, text, attributes, children, scope } = element;
	return {
		...{ namespace, name, text, attributes: [...attributes] },
		scope: prefixes.map((prefix) => scope.resolve(prefix)),
		children: children.map((child) => shown(child, prefixes)),
	};
}

function prefixesOf(text: string): string[] {
	const found = [...text.matchAll(/xmlns:([\w.-]+)/g)].map(([, p]) => p ?? "");
	return [...new Set(["", "xml", "xmlns", ...found])];
}

/** Whether it is plain; then the other reader takes it too, and reads the same. */
function isReadAlike(text: string): boolean {
	const plain = parsePlainXml(text);
	if (plain === undefined) return false;
	const prefixes = prefixesOf(text);
	let any: XmlElement;
	try {
		any = parseAnyXml(text);
	} catch (error) {
		assert.ok(error instanceof XmlError);
		assert.fail(`taken, and to be refused: ${error.message}\n${text}`);
	}
	assert.deepEqual(shown(plain, prefixes), shown(any, prefixes), text);
	return true;
}

test("what clients send is plain nearly always, and read alike", () => {
	assert.ok(requests.length > 20);
	const other = requests.filter(({ text }) => !isReadAlike(text));
	assert.ok(
		other.length < requests.length / 4,
		other.map(({ name }) => name).join(", "),
	);
});

const pieces = [
	..."<>/=\"'&;:?!-]x1 \t\n\r\0\u007f\u0085é\ufeff\ufffe\ud83d",
	..."😀".split(""),
	...["]]>", "<!--x-->", "<?x y?>", "<![CDATA[<]]>", "&lt;", "&#13;", "<x/>"],
	...["</x>", "<!DOCTYPE x>", ' xmlns="urn:x"', ' xmlns=""', ' xmlns:x=""'],
	...[" xmlns:xml='urn:x'", ' xmlns:x="http://www.w3.org/2000/xmlns/"'],
	...[" x='1'", " x='1' x='2'", ' xml:lang="en"', " x:y='1'", "xmlns:"],
	...['<?xml version="1.0"?>', "<?xml version='1.1'?>", " encoding='x'"],
];

test("whatever is put into a message, or taken out, is read alike or not at all", () => {
	let [taken, tried] = [0, 0];
	for (const { text } of requests.slice(0, 12))
		for (let at = 0; at <= text.length; at++) {
			// Each piece comes to many places.
			const piece = pieces[(at * 7) % pieces.length] ?? "";
			for (const gone of [0, 1]) {
				const other = text.slice(0, at) + piece + text.slice(at + gone);
				tried++;
				if (isReadAlike(other)) taken++;
			}
		}
	assert.ok(tried > 10_000 && taken > tried / 50, `${taken} of ${tried}`);
});

const alike = [
	"<a/>",
	" <a></a > ",
	"<?xml version='1.0' encoding='UTF-8'?>\r\n<a b = '1'/>",
	"<a b='1'/>",
	"<a b='>' c=\"/\"> ] </a>",
	"<a xmlns='urn:a'><b xmlns=''/><c/></a>",
	"<p:a xmlns:p='urn:1' p:q='1' q='2'><p:a xmlns:p='urn:2'/><p:b/></p:a>",
	"<a xmlns:p='urn:1' xmlns:q='urn:1' p:x='1' q:y='2'/>",
	"<a>\n\t<b>x</b>y<b/>\n</a>",
	"<__proto__ constructor='1' toString='2'/>",
	`<a ${Array.from({ length: 64 }, (_, i) => `b${i}=''`).join(" ")}/>`,
	`${"<a>".repeat(64)}${"</a>".repeat(64)}`,
];
for (const text of alike)
	test(`reads alike: ${text.slice(0, 70)}`, () => {
		isReadAlike(text);
		parseAnyXml(text);
	});

const refused = [
	"",
	"<a",
	"<a>",
	"<a></b>",
	"<a></a b>",
	"<a/><a/>",
	"x<a/>",
	"<a/>x",
	"<a b='<'/>",
	"<a b='1'c='2'/>",
	"<a b='1' b='2'/>",
	"<a b=1/>",
	"<a b/>",
	"<a xmlns:p='urn:1' xmlns:q='urn:1' p:x='1' q:x='2'/>",
	"<a xmlns:p='urn:1' xmlns:p='urn:2'/>",
	"<p:a/>",
	"<a p:b='1'/>",
	"<a:b:c xmlns:a='urn:a'/>",
	"<:a/>",
	"<1/>",
	"< a/>",
	"<a / >",
	"<a>]]></a>",
	"<xmlns:a/>",
	"<a xmlns:xmlns='urn:a'/>",
	"<a xmlns='http://www.w3.org/2000/xmlns/'/>",
	`<a ${Array.from({ length: 65 }, (_, i) => `b${i}=''`).join(" ")}/>`,
	`${"<a>".repeat(65)}${"</a>".repeat(65)}`,
];
for (const text of refused)
	test(`neither reads: ${text.slice(0, 70)}`, () => {
		assert.equal(parsePlainXml(text), undefined);
		assert.throws(() => parseAnyXml(text), XmlError);
	});
