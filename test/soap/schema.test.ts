import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../src/soap/fault.ts";
import { parseComplexType } from "../../src/soap/schema/grammar.ts";
import { read, refuses } from "./schema-under-test.ts";

test("the grammar of a complex type", () => {
	const type = parseComplexType(
		"A=xs:int ( B*=tt:C wsnt:D=tt:E )? any:own F{2,}~=tt:G @A!=xs:int @any",
		"tt",
	);
	assert.equal(type.particles.length, 5);
	const [a, b, d, own, f] = type.particles;
	assert.equal(own, "own");
	assert.ok(typeof a === "object" && typeof b === "object");
	assert.ok(typeof d === "object" && typeof f === "object");
	assert.equal(a.choice, undefined);
	assert.deepEqual(b.choice, { min: 0, max: 1 });
	assert.equal(d.choice, b.choice);
	assert.equal(d.prefix, "wsnt");
	assert.deepEqual([f.min, f.max, f.nillable], [2, Infinity, true]);
	assert.equal(type.attributes[0]?.property, "AAttribute");
	assert.equal(type.attributes[0]?.min, 1);
	assert.equal(type.anyAttribute, true);
	assert.throws(() => parseComplexType("A", "tt"), /cannot read "A"/);
});

test("requests are read in the types that TypeScript has for them", () => {
	assert.deepEqual(
		read(
			"tds:SetSystemDateAndTime",
			"<tds:DateTimeType>Manual</tds:DateTimeType><tds:DaylightSavings> 1 </tds:DaylightSavings><tds:UTCDateTime><tt:Time><tt:Hour>1</tt:Hour><tt:Minute>+2</tt:Minute><tt:Second>-3</tt:Second></tt:Time><tt:Date><tt:Year>2026</tt:Year><tt:Month>1</tt:Month><tt:Day>2</tt:Day></tt:Date></tds:UTCDateTime>",
		),
		{
			DateTimeType: "Manual",
			DaylightSavings: true,
			UTCDateTime: {
				Time: { Hour: 1, Minute: 2, Second: -3 },
				Date: { Year: 2026, Month: 1, Day: 2 },
			},
		},
	);
	assert.deepEqual(
		read(
			"tds:SetScopes",
			"<tds:Scopes>a</tds:Scopes><tds:Scopes>b</tds:Scopes>",
		),
		{
			Scopes: ["a", "b"],
		},
	);
	assert.deepEqual(read("trt:GetProfiles", ""), {});
});

test("elements may come in any order, since node-onvif mixes them", () => {
	assert.deepEqual(
		read(
			"trt:GetVideoEncoderConfigurationOptions",
			"<trt:ProfileToken>p</trt:ProfileToken><trt:ConfigurationToken>c</trt:ConfigurationToken>",
		),
		{ ProfileToken: "p", ConfigurationToken: "c" },
	);
});

test("passwords keep their blanks", () => {
	const user = read(
		"tds:CreateUsers",
		"<tds:User><tt:Username>a</tt:Username><tt:Password>  x </tt:Password><tt:UserLevel>User</tt:UserLevel></tds:User>",
	);
	assert.deepEqual(user, {
		User: [{ Username: "a", Password: "  x ", UserLevel: "User" }],
	});
});

test("agsh/onvif's SetVideoEncoderConfiguration is read", () => {
	const value = read(
		"trt:SetVideoEncoderConfiguration",
		'<trt:Configuration token="main"><Name xmlns="http://www.onvif.org/ver10/schema">m</Name><tt:Encoding>JPEG</tt:Encoding><tt:Resolution><tt:Width>1</tt:Width><tt:Height>2</tt:Height></tt:Resolution><tt:Quality>1.5</tt:Quality><tt:RateControl ConstantBitRate="false"> <tt:FrameRateLimit>1</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>9</tt:BitrateLimit></tt:RateControl><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type></tt:Address><tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast><tt:SessionTimeout>PT60S</tt:SessionTimeout></trt:Configuration><trt:ForcePersistence>true</trt:ForcePersistence>',
	);
	assert.match(JSON.stringify(value), /"UseCount":0/);
});

test("every kind of wrong request is named", () => {
	const set = "tds:SetDiscoveryMode";
	refuses(
		set,
		"",
		"ter:InvalidArgs",
		/SetDiscoveryMode\/DiscoveryMode is missing/,
	);
	refuses(
		set,
		"<tds:DiscoveryMode>discoverable</tds:DiscoveryMode>",
		"ter:InvalidArgVal",
		/DiscoveryMode is "discoverable", expected one of Discoverable, NonDiscoverable/,
	);
	refuses(
		set,
		"<tds:DiscoveryMode>Discoverable</tds:DiscoveryMode><tds:DiscoveryMode>Discoverable</tds:DiscoveryMode>",
		"ter:InvalidArgs",
		/is there twice/,
	);
	refuses(
		set,
		"<tt:DiscoveryMode>Discoverable</tt:DiscoveryMode>",
		"ter:TagMismatch",
		/ver10\/schema" is not known/,
	);
	refuses(
		set,
		"<tds:DiscoveryMode>Discoverable</tds:DiscoveryMode><tds:X/>",
		"ter:TagMismatch",
		/SetDiscoveryMode\/X/,
	);
	refuses("tds:GetDNS", " x ", "ter:InvalidArgs", /GetDNS holds text "x"/);
	refuses(
		set,
		"<tds:DiscoveryMode><tt:X/></tds:DiscoveryMode>",
		"ter:TagMismatch",
		/holds an element X/,
	);
	refuses(
		set,
		'<tds:DiscoveryMode x="1">Discoverable</tds:DiscoveryMode>',
		"ter:ProhibAttr",
		/DiscoveryMode\/@x/,
	);
	refuses("tds:SetScopes", "", "ter:InvalidArgs", /Scopes is missing/);
	refuses(
		"tds:SetScopes",
		"<tds:Scopes>a b</tds:Scopes>",
		"ter:InvalidArgVal",
		/expected xs:anyURI/,
	);
	refuses(
		"trt:GetProfile",
		`<trt:ProfileToken>${"x".repeat(65)}</trt:ProfileToken>`,
		"ter:InvalidArgVal",
		/0 to 64 characters/,
	);
	refuses(
		"tds:GetServices",
		"<tds:IncludeCapability>yes</tds:IncludeCapability>",
		"ter:InvalidArgVal",
		/expected xs:boolean/,
	);
	for (const number of ["", "1.5", "0x10", "1e3", "2147483648", "9".repeat(30)])
		refuses(
			"tev:PullMessages",
			`<tev:Timeout>PT1S</tev:Timeout><tev:MessageLimit>${number}</tev:MessageLimit>`,
			"ter:InvalidArgVal",
			/MessageLimit is/,
		);
	for (const duration of [
		"1000",
		"P",
		"PT",
		"PT1",
		"60S",
		"",
		"PT1S ".repeat(50),
	])
		refuses(
			"tev:PullMessages",
			`<tev:Timeout>${duration}</tev:Timeout><tev:MessageLimit>1</tev:MessageLimit>`,
			"ter:InvalidArgVal",
			/Timeout is .*expected xs:duration/,
		);
	refuses(
		"tmd:SendReceiveSerialCommand",
		"<tmd:SerialData><tmd:Binary>AA==</tmd:Binary><tmd:String>a</tmd:String></tmd:SerialData>",
		"ter:InvalidArgs",
		/both Binary and String/,
	);
	refuses(
		"tmd:SendReceiveSerialCommand",
		"<tmd:SerialData/>",
		"ter:InvalidArgs",
		/none of Binary, String/,
	);
	refuses(
		"trt:SetVideoSourceConfiguration",
		"<trt:Configuration><tt:Name/><tt:UseCount>1</tt:UseCount><tt:SourceToken/><tt:Bounds/></trt:Configuration><trt:ForcePersistence>1</trt:ForcePersistence>",
		"ter:MissingAttr",
		/Configuration\/@token/,
	);
});

test("numbers that are none do not get through", () => {
	for (const text of ["NaN", "INF", "-INF", "1e999", "--1", "1,5"])
		refuses(
			"trt:SetVideoEncoderConfiguration",
			`<trt:Configuration token="a"><tt:Quality>${text}</tt:Quality></trt:Configuration>`,
			"ter:InvalidArgVal",
			/Quality is/,
		);
});

test("long values that are almost right are refused in no time", () => {
	const start = process.cpuUsage();
	const almost: readonly (readonly [string, string])[] = [
		["tds:SetNTP", `<tds:FromDHCP>${" ".repeat(200_000)}x</tds:FromDHCP>`],
		[
			"trt:SetVideoEncoderConfiguration",
			`<trt:Configuration token="a"><tt:Quality>${"1".repeat(200_000)}x</tt:Quality></trt:Configuration>`,
		],
		[
			"tmd:SendReceiveSerialCommand",
			`<tmd:SerialData><tmd:Binary>A${" ".repeat(200_000)}!</tmd:Binary></tmd:SerialData>`,
		],
		[
			"tmd:SendReceiveSerialCommand",
			`<tmd:SerialData><tmd:Binary>${"=".repeat(200_000)}</tmd:Binary></tmd:SerialData>`,
		],
		[
			"tds:SetScopes",
			`<tds:Scopes>${"a".repeat(200_000)} </tds:Scopes><tds:Scopes>&lt;</tds:Scopes>`,
		],
		["tev:PullMessages", `<tev:Timeout>P${"1".repeat(200_000)}</tev:Timeout>`],
	];
	for (const [name, content] of almost)
		assert.throws(() => read(name, content), Fault);
	assert.ok(process.cpuUsage(start).user < 2_000_000);
});

test("a union takes either, a nil element counts as absent, a wildcard is kept", () => {
	const read1 = (content: string) =>
		read("tev:CreatePullPointSubscription", content);
	for (const time of ["PT10S", "2026-01-01T00:00:00Z"])
		assert.deepEqual(
			read1(`<tev:InitialTerminationTime>${time}</tev:InitialTerminationTime>`),
			{ InitialTerminationTime: time },
		);
	assert.deepEqual(read1('<tev:InitialTerminationTime xsi:nil="true"/>'), {});
	const filtered = read1(
		'<tev:Filter><wsnt:TopicExpression Dialect="urn:d">tns1:a</wsnt:TopicExpression></tev:Filter>',
	);
	assert.match(
		JSON.stringify(filtered),
		/"\$any":\[\{.*"name":"TopicExpression".*"tns1:a"/,
	);
});
