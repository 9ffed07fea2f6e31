import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createDigestAuth, type DigestOptions } from "../../src/auth/digest.ts";
import type { DigestAuth } from "../../src/auth/types.ts";
import { fakeClock, lookup } from "./fakes.ts";

const users = lookup(
	{ name: "admin", password: "correct horse", level: "Administrator" },
	{ name: "jäsøn", password: "Secret, or not?", level: "User" },
);

const clock = fakeClock();
const setUp = (options: Partial<DigestOptions> = {}): DigestAuth =>
	createDigestAuth({ realm: "onvifd", users, clock, ...options });

const hex = (algorithm: string, text: string) =>
	createHash(algorithm).update(text).digest("hex");

function nonceOf(auth: DigestAuth): string {
	return /nonce="([^"]+)"/.exec(auth.challenges()[0] ?? "")?.[1] ?? "";
}

interface Signing {
	name?: string;
	password?: string;
	nonce: string;
	uri?: string;
	method?: string;
	/** Undefined signs as RFC 2069 clients do. */
	nc?: string;
	algorithm?: "MD5" | "SHA-256";
}

function sign(signing: Signing): string {
	const { name = "admin", password = "correct horse", nonce, nc } = signing;
	const { uri = "/snapshot", method = "GET", algorithm } = signing;
	const hash = algorithm === "SHA-256" ? "sha256" : "md5";
	const middle = nc ? `${nonce}:${nc}:0a4f113b:auth` : nonce;
	const ha1 = hex(hash, `${name}:onvifd:${password}`);
	const response = hex(
		hash,
		`${ha1}:${middle}:${hex(hash, `${method}:${uri}`)}`,
	);
	const qop = nc ? `, qop=auth, nc=${nc}, cnonce="0a4f113b"` : "";
	const suffix = algorithm ? `, algorithm=${algorithm}` : "";
	return `Digest username="${name}", realm="onvifd", nonce="${nonce}", uri="${uri}", response="${response}"${qop}${suffix}`;
}

function reason(auth: DigestAuth, header: string, uri = "/snapshot"): string {
	const result = auth.verify(header, "GET", uri);
	return result.kind === "refused" ? result.reason : result.kind;
}

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

test("a count serves once, in any order within 32", () => {
	const auth = setUp();
	const nonce = nonceOf(auth);
	const seen = ["00000003", "00000001", "00000003", "00000002", "00000001"].map(
		(nc) => reason(auth, sign({ nonce, nc })),
	);
	assert.deepEqual(seen, [
		"authenticated",
		"authenticated",
		"the nonce is replayed",
		"authenticated",
		"the nonce is replayed",
	]);
	assert.equal(reason(auth, sign({ nonce, nc: "00000043" })), "authenticated");
	assert.equal(
		reason(auth, sign({ nonce, nc: "00000004" })),
		"the nonce is replayed",
	);
});

test("without qop a nonce serves once over HTTP, and a connection over RTSP", () => {
	const http = setUp();
	const nonce = nonceOf(http);
	assert.equal(reason(http, sign({ nonce })), "authenticated");
	assert.equal(reason(http, sign({ nonce })), "the nonce is replayed");
	const rtsp = setUp({ protocol: "rtsp" });
	const header = sign({ nonce: nonceOf(rtsp) });
	for (let minute = 0; minute < 60; minute += 1) {
		assert.equal(reason(rtsp, header), "authenticated");
		clock.advance(60_000);
	}
	clock.advance(300_000);
	assert.equal(reason(rtsp, header), "the nonce is expired");
});

test("a nonce expires, and one of another process never counts", () => {
	const auth = setUp({ nonceLifetimeMs: 1000 });
	const nonce = nonceOf(auth);
	clock.advance(1001);
	assert.equal(reason(auth, sign({ nonce })), "the nonce is expired");
	assert.equal(
		reason(auth, sign({ nonce: nonceOf(setUp()) })),
		"the nonce is expired",
	);
	for (const bad of ["x", "0".repeat(52), "zz".repeat(26), "9".repeat(3000)])
		assert.equal(
			reason(auth, sign({ nonce: bad })),
			"the nonce is expired",
			bad,
		);
});

test("forgotten nonces cannot be used again, and the wall clock does not matter", () => {
	const auth = setUp({ nonceCapacity: 4 });
	const nonces = Array.from({ length: 8 }, () => nonceOf(auth));
	for (const nonce of nonces)
		assert.equal(
			reason(auth, sign({ nonce, nc: "00000001" })),
			"authenticated",
		);
	clock.set(0);
	for (const nonce of nonces)
		assert.match(
			reason(auth, sign({ nonce, nc: "00000001" })),
			/^the nonce is (expired|replayed)$/,
		);
	assert.equal(
		reason(auth, sign({ nonce: nonceOf(auth), nc: "00000001" })),
		"authenticated",
	);
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
