import assert from "node:assert/strict";
import { test } from "node:test";
import { WriteError } from "../../src/soap/schema/writer.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { profilesOf } from "./media-messages.ts";
import { read, writer } from "./schema-under-test.ts";

test("what is written is read back the same", () => {
	const profiles = profilesOf(2);
	const text = writer.write("trt:GetProfilesResponse", profiles);
	const inner = text.slice(text.indexOf(">") + 1, text.lastIndexOf("<"));
	assert.deepEqual(read("trt:GetProfilesResponse", inner), profiles);
});

test("the writer refuses what the schema does", () => {
	const refused: readonly (readonly [string, object, RegExp])[] = [
		["tds:GetDNSResponse", {}, /DNSInformation is missing/],
		["tds:SetDNSResponse", { Extra: 1 }, /knows no Extra/],
		["tds:GetDiscoveryModeResponse", { DiscoveryMode: "x" }, /expected one of/],
		["tds:SystemRebootResponse", { Message: 1 }, /Message is 1/],
		["tds:GetScopesResponse", { Scopes: [] }, /no array of 1 to Infinity/],
		["tds:GetScopesResponse", { Scopes: {} }, /no array/],
		["tds:GetScopesResponse", { Scopes: [null] }, /no object/],
		["tds:Nothing", {}, /no element/],
	];
	for (const [name, value, reason] of refused)
		assert.throws(
			() => writer.write(name, value),
			(error) => error instanceof WriteError && reason.test(error.message),
		);
});

test("wildcards are written typed or as read, namespaces declared in place", () => {
	const text = writer.write("wsnt:NotificationMessage", {
		Topic: { Dialect: "urn:d", $text: "tns1:VideoSource/MotionAlarm" },
		Message: {
			$any: [
				{
					element: "tt:Message",
					value: {
						UtcTime: "2026-01-01T00:00:00Z",
						PropertyOperation: "Changed",
					},
				},
				parseXml('<a xmlns="urn:a" b="&lt;"><c/>&amp;</a>'),
			],
		},
	});
	assert.equal(
		text,
		'<wsnt:NotificationMessage><wsnt:Topic Dialect="urn:d">tns1:VideoSource/MotionAlarm</wsnt:Topic><wsnt:Message><tt:Message xmlns:tt="http://www.onvif.org/ver10/schema" UtcTime="2026-01-01T00:00:00Z" PropertyOperation="Changed"/><n0:a xmlns:n0="urn:a" b="&lt;">&amp;<n0:c xmlns:n0="urn:a"></n0:c></n0:a></wsnt:Message></wsnt:NotificationMessage>',
	);
	assert.ok(writer.prefixes("wsnt:NotificationMessage").includes("tns1"));
});

test("only what an answer can need is declared", () => {
	assert.deepEqual(writer.prefixes("tds:SetDNSResponse"), ["tds"]);
	assert.deepEqual(writer.prefixes("tds:GetDNSResponse"), ["tds", "tt"]);
});
