import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesScopes, matchesTypes } from "../../src/discovery/matching.ts";
import { SCOPES } from "./identity.ts";

const DN = "http://www.onvif.org/ver10/network/wsdl";
const TDS = "http://www.onvif.org/ver10/device/wsdl";

const types: [asked: (readonly [string, string] | undefined)[], boolean][] = [
	[[], true],
	[[[DN, "NetworkVideoTransmitter"]], true],
	[[[TDS, "Device"]], true],
	[[[DN, "Device"]], true],
	[
		[
			[DN, "NetworkVideoTransmitter"],
			[TDS, "Device"],
		],
		true,
	],
	[[[DN, "NetworkVideoDisplay"]], false],
	[
		[
			[DN, "NetworkVideoTransmitter"],
			[DN, "NetworkVideoDisplay"],
		],
		false,
	],
	[[[TDS, "NetworkVideoTransmitter"]], false],
	[[["", "Device"]], false],
	[[[DN, "networkvideotransmitter"]], false],
	[[undefined], false],
];

for (const [asked, expected] of types)
	test(`types ${JSON.stringify(asked)}: ${expected}`, () => {
		const names = asked.map(
			(one) => one && { namespace: one[0], name: one[1] },
		);
		assert.equal(matchesTypes(names), expected);
	});

const scopes: [rule: string, asked: string, expected: boolean][] = [
	["rfc3986", "", true],
	["rfc3986", "onvif://www.onvif.org", true],
	["rfc3986", "onvif://www.onvif.org/", true],
	["rfc3986", "onvif://www.onvif.org/Profile/Streaming", true],
	["rfc3986", "onvif://www.onvif.org/Profile/Streaming/", true],
	["rfc3986", "onvif://www.onvif.org/Profile", true],
	["rfc3986", "onvif://www.onvif.org/Prof", false],
	["rfc3986", "onvif://www.onvif.org/profile/Streaming", false],
	["rfc3986", "ONVIF://WWW.onvif.ORG/Profile/T", true],
	["rfc3986", "onvif://www.onvif.org:80/Profile/T", false],
	["rfc3986", "onvif://onvif.org/Profile/T", false],
	["rfc3986", "http://www.onvif.org/Profile/T", false],
	["rfc3986", "onvif://www.onvif.org/hardware/D1", false],
	["rfc3986", "onvif://www.onvif.org/hardware/D1-566/more", false],
	["rfc3986", "onvif://www.onvif.org/location/country/china", true],
	["rfc3986", "onvif://www.onvif.org/location/city", true],
	["rfc3986", "onvif://www.onvif.org/name/Front%20Door", true],
	["rfc3986", "onvif://www.onvif.org/name/%46ront%20Door", true],
	["rfc3986", "onvif://www.onvif.org/name/Front%2520Door", false],
	["rfc3986", "onvif://www.onvif.org/name%2FFront%20Door", false],
	["rfc3986", "onvif://www.onvif.org/name/Front%2", false],
	["rfc3986", "onvif://www.onvif.org/name/../name", false],
	["rfc3986", "onvif://www.onvif.org/name/./Front%20Door", false],
	["rfc3986", "onvif://www.onvif.org/Profile/T?x=1#y", true],
	[
		"rfc3986",
		"onvif://www.onvif.org/Profile/T onvif://www.onvif.org/name",
		true,
	],
	["rfc3986", "onvif://www.onvif.org/Profile/T onvif://www.onvif.org/x", false],
	["rfc3986", "no", false],
	["rfc3986", "urn:uuid:8A6E8B4C-2E5A-4B19-9D9B-0123456789AB", true],
	["rfc2396", "onvif://www.onvif.org/Profile", true],
	["strcmp0", "onvif://www.onvif.org/Profile/T", true],
	["strcmp0", "onvif://www.onvif.org/Profile", false],
	["strcmp0", "ONVIF://www.onvif.org/Profile/T", false],
	["strcmp0", "", true],
	["uuid", "uuid:8a6e8b4c-2e5a-4b19-9d9b-0123456789ab", true],
	["uuid", "urn:uuid:8A6E8B4C-2E5A-4B19-9D9B-0123456789AB", true],
	["uuid", "urn:uuid:8A6E8B4C-2E5A-4B19-9D9B-0123456789AC", false],
	["uuid", "onvif://www.onvif.org/Profile/T", false],
	["none", "", false],
];

for (const [rule, asked, expected] of scopes)
	test(`${rule} "${asked}": ${expected}`, () => {
		const list = asked === "" ? [] : asked.split(" ");
		assert.equal(matchesScopes(list, SCOPES, rule), expected);
	});

test("none matches a device without scopes", () => {
	assert.equal(matchesScopes([], [], "none"), true);
});

test("a scope of the device that is no URI does not keep the others from matching", () => {
	const own = ["%%", "onvif://www.onvif.org/a/b"];
	assert.equal(
		matchesScopes(["onvif://www.onvif.org/a"], own, "rfc3986"),
		true,
	);
});
