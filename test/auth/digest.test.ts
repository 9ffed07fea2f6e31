import assert from "node:assert/strict";
import { test } from "node:test";
import { nonceOf, reason, setUp, sign } from "./digest-under-test.ts";
import { lookup } from "./fakes.ts";

test("HTTP offers MD5 first, then SHA-256, with one nonce", () => {
	const [md5, sha256, ...rest] = setUp().challenges();
	assert.match(
		md5 ?? "",
		/^Digest realm="onvifd", nonce="[0-9a-f]{52}", qop="auth", algorithm=MD5$/,
	);
	assert.equal(sha256, md5?.replace("=MD5", "=SHA-256"));
	assert.deepEqual(rest, []);
});

test("RTSP offers MD5 alone, without qop", () => {
	const challenges = setUp({ protocol: "rtsp" }).challenges(true);
	assert.equal(challenges.length, 1);
	assert.match(
		challenges[0] ?? "",
		/^Digest realm="onvifd", nonce="[0-9a-f]{52}", stale=true, algorithm=MD5$/,
	);
});

// A foreign nonce makes the result stale, which says that the digest itself was right.
const vectors: [string, string, string, string][] = [
	[
		"RFC 2617, 3.5",
		"Circle Of Life",
		"testrealm@host.com",
		'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
	],
	[
		"RFC 7616, 3.9.1, MD5",
		"Circle of Life",
		"http-auth@example.org",
		'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
	],
	[
		"RFC 7616, 3.9.1, SHA-256",
		"Circle of Life",
		"http-auth@example.org",
		'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
	],
];
for (const [name, password, realm, header] of vectors)
	test(`${name} is computed as the RFC does`, () => {
		const lion = lookup({ name: "Mufasa", password, level: "User" });
		const auth = setUp({ realm, users: lion });
		assert.deepEqual(auth.verify(header, "GET", "/dir/index.html"), {
			kind: "refused",
			reason: "the nonce is expired",
			stale: true,
		});
		const altered = header.replace(/response="./, 'response="0');
		assert.equal(reason(auth, altered, "/dir/index.html"), "wrong password");
	});

test("both algorithms log in, and the identity bears the level", () => {
	const auth = setUp();
	for (const algorithm of [undefined, "MD5", "SHA-256"] as const)
		assert.deepEqual(
			auth.verify(
				sign({ nonce: nonceOf(auth), nc: "00000001", algorithm }),
				"GET",
				"/snapshot",
			),
			{
				kind: "authenticated",
				identity: { name: "admin", level: "Administrator" },
			},
		);
});

test("no header is anonymous", () => {
	assert.deepEqual(setUp().verify(undefined, "GET", "/"), {
		kind: "anonymous",
	});
});

test("a wrong password, an unknown user and a wrong method are told apart in the log, and are not stale", () => {
	const auth = setUp();
	const nonce = nonceOf(auth);
	const nc = "00000001";
	assert.equal(
		reason(auth, sign({ nonce, nc, password: "x" })),
		"wrong password",
	);
	assert.equal(reason(auth, sign({ nonce, nc, name: "eve" })), "unknown user");
	assert.equal(
		reason(auth, sign({ nonce, nc, method: "POST" })),
		"wrong password",
	);
	assert.equal(reason(auth, sign({ nonce, nc })), "authenticated");
});

test("names in UTF-8 and as username* are found", () => {
	const auth = setUp();
	const header = sign({
		name: "jäsøn",
		password: "Secret, or not?",
		nonce: nonceOf(auth),
	});
	const wire = Buffer.from(header, "utf8").toString("latin1");
	assert.equal(reason(auth, wire), "authenticated");
	const extended = sign({
		name: "jäsøn",
		password: "Secret, or not?",
		nonce: nonceOf(auth),
	}).replace('username="jäsøn"', "username*=UTF-8''j%C3%A4s%C3%B8n");
	assert.equal(reason(auth, extended), "authenticated");
});

test("headers that real and old clients write are read", () => {
	const spellings: [string, (header: string) => string][] = [
		["no spaces", (h) => h.replaceAll(", ", ",")],
		["spaces around =", (h) => h.replaceAll("=", " = ")],
		["lower-case scheme", (h) => h.replace("Digest", "digest")],
		["upper-case names", (h) => h.replace("username", "USERNAME")],
		["quoted qop and nc", (h) => h.replace("qop=auth", 'qop="auth"')],
		["empty elements", (h) => h.replace(", uri", ",, uri")],
		["unquoted uri", (h) => h.replace('"/snapshot"', "/snapshot")],
		["unknown directives", (h) => `${h}, foo="a, b", opaque=""`],
		[
			"upper-case response",
			(h) =>
				h.replace(
					/response="\w+"/,
					(r) => `response="${r.slice(10, -1).toUpperCase()}"`,
				),
		],
	];
	const auth = setUp();
	for (const [name, spell] of spellings)
		assert.equal(
			reason(auth, spell(sign({ nonce: nonceOf(auth), nc: "00000001" }))),
			"authenticated",
			name,
		);
});

test("hostile headers get a reason and nothing else", () => {
	const auth = setUp();
	const good = sign({ nonce: nonceOf(auth), nc: "00000001" });
	const cases: [string, string][] = [
		["", "Authorization: only Digest is offered"],
		["Basic YWRtaW46YWRtaW4=", "Authorization: only Digest is offered"],
		["Digest", "Authorization: username is missing or unreadable"],
		["Digest ===", "Authorization: no name=value at character 0"],
		['Digest username="adm', "Authorization: username has no proper value"],
		["Digest username=", "Authorization: username has no proper value"],
		[`${good}, uri="/x"`, "Authorization: uri stands twice"],
		[good.replace(", uri", " uri"), "Authorization: no comma after nonce"],
		[
			good.replace("admin", "ad\x00min"),
			"Authorization: the header holds control characters",
		],
		[
			good.replace("admin", "ad\r\nmin"),
			"Authorization: the header holds control characters",
		],
		[`Digest ${"a=b,".repeat(3000)}`, "Authorization: the header is too long"],
		[
			`Digest ${Array.from({ length: 40 }, (_, i) => `a${i}x=b`)
				.join()
				.replace(/\d/g, (d) => "abcdefghij"[Number(d)] ?? "")}`,
			"Authorization: too many directives",
		],
		[
			good.replace("onvifd", "elsewhere"),
			"Authorization: the realm is not this device's",
		],
		[
			good.replace("qop=auth", "qop=auth-int"),
			"Authorization: qop is not auth",
		],
		[
			good.replace("nc=00000001", "nc=-1"),
			"Authorization: nc is not hexadecimal",
		],
		[
			good.replace(', cnonce="0a4f113b"', ""),
			"Authorization: cnonce is missing",
		],
		[
			`${good}, algorithm=MD5-sess`,
			"Authorization: algorithm is neither MD5 nor SHA-256",
		],
		[
			`${good}, algorithm=__proto__`,
			"Authorization: algorithm is neither MD5 nor SHA-256",
		],
		[
			good.replace(/response="\w+"/, 'response=""'),
			"Authorization: response is missing",
		],
		[good.replace(/response="\w+"/, 'response="00"'), "wrong password"],
		[
			good.replace('"/snapshot"', '"/other"'),
			"Authorization: its uri is not the request's",
		],
		[
			good.replace('username="admin"', "username*=UTF-8''%ff"),
			"Authorization: username is missing or unreadable",
		],
		[good.replace('"admin"', '"__proto__"'), "unknown user"],
	];
	for (const [header, expected] of cases)
		assert.equal(reason(auth, header), expected, header.slice(0, 80));
	assert.equal(reason(auth, good), "authenticated");
});
