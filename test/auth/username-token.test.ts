import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { UsernameToken } from "../../src/auth/types.ts";
import {
	createUsernameTokenAuth,
	readCreated,
	roughly,
	type UsernameTokenOptions,
} from "../../src/auth/username-token.ts";
import { fakeClock, lookup } from "./fakes.ts";

const profile =
	"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
const users = lookup(
	{ name: "admin", password: "userpassword", level: "Administrator" },
	{ name: "umlaut", password: "passwört", level: "User" },
);

function setUp(options: Partial<UsernameTokenOptions> = {}) {
	const clock = fakeClock();
	const auth = createUsernameTokenAuth({ users, clock, ...options });
	const reason = (token: UsernameToken) => {
		const result = auth.verify(token);
		return result.kind === "refused" ? result.reason : result.kind;
	};
	return { auth, clock, reason };
}

let serial = 0;
interface Making {
	username?: string;
	password?: string | Buffer;
	created?: string;
	nonce?: Buffer;
}
function make(making: Making = {}): UsernameToken {
	const {
		username = "admin",
		password = "userpassword",
		created = "2026-11-22T09:00:00Z",
		nonce = Buffer.from(`nonce ${serial++}`),
	} = making;
	const digest = createHash("sha1")
		.update(nonce)
		.update(created)
		.update(password)
		.digest("base64");
	return {
		username,
		password: digest,
		passwordType: `${profile}#PasswordDigest`,
		nonce: nonce.toString("base64"),
		created,
	};
}

test("the digest of ONVIF's Programmer's Guide logs in", () => {
	const { clock, reason } = setUp();
	clock.set(Date.parse("2010-09-16T07:50:45Z"));
	assert.equal(
		reason({
			username: "admin",
			password: "tuOSpGlFlIXsozq4HFNeeGeFLEI=",
			passwordType: `${profile}#PasswordDigest`,
			nonce: "LKqI6G/AikKCQrN0zqZFlg==",
			created: "2010-09-16T07:50:45Z",
		}),
		"authenticated",
	);
});

test("a right token tells who it is, once", () => {
	const { auth, reason } = setUp();
	const token = make();
	assert.deepEqual(auth.verify(token), {
		kind: "authenticated",
		identity: { name: "admin", level: "Administrator" },
	});
	const replay = "WS-Security token was used before: a replay";
	assert.equal(reason(token), replay);
	assert.equal(reason({ ...token, nonce: ` ${token.nonce}\n` }), replay);
});

test("what SECURITY-1-1-1 sends wrongly is refused", () => {
	const { reason } = setUp();
	const token = make();
	assert.equal(
		reason({ ...token, nonce: undefined }),
		"WS-Security Nonce is missing",
	);
	assert.equal(
		reason({ ...token, created: undefined }),
		"WS-Security Created is missing",
	);
	const text = { ...token, password: "userpassword" };
	for (const passwordType of [undefined, `${profile}#PasswordText`])
		assert.equal(
			reason({ ...text, passwordType }),
			"WS-Security PasswordText is not allowed: use PasswordDigest",
		);
	assert.equal(reason(token), "authenticated");
});

test("PasswordText logs in where it was configured, bare as clients send it", () => {
	const { reason } = setUp({ allowPasswordText: true });
	const bare = {
		passwordType: undefined,
		nonce: undefined,
		created: undefined,
	};
	const text = (username: string, password: string) =>
		reason({ username, password, ...bare });
	assert.equal(text("admin", "userpassword"), "authenticated");
	assert.equal(text("admin", "userpasswor"), "WS-Security password is wrong");
	assert.equal(text("admin", ""), "WS-Security password is wrong");
	assert.equal(text("eve", "userpassword"), "WS-Security user is unknown");
	assert.equal(reason(make()), "authenticated");
});

test("differing clocks are told with their difference, but only to who knows the password", () => {
	const { reason } = setUp();
	const at = (created: string) => reason(make({ created }));
	const skew = (text: string) =>
		`WS-Security Created is ${text}: the clocks differ`;
	assert.equal(at("2026-11-22T11:00:00Z"), skew("2 h in the future"));
	assert.equal(at("2026-11-22T08:54:59Z"), skew("5 min in the past"));
	assert.equal(at("1970-01-01T00:00:30Z"), skew("20779 days in the past"));
	assert.equal(at("2026-11-22T09:05:00Z"), "authenticated");
	assert.equal(at("2026-11-22T08:55:00.000Z"), "authenticated");
	assert.equal(
		reason(make({ created: "2026-11-22T11:00:00Z", password: "guess" })),
		"WS-Security password is wrong",
	);
});

test("the window is configurable, and follows the clock", () => {
	const { reason, clock } = setUp({ createdWindowMs: 10_000 });
	const token = make();
	clock.advance(10_001);
	assert.match(reason(token), /10 s in the past/);
	assert.equal(
		reason(make({ created: "2026-11-22T09:00:20Z" })),
		"authenticated",
	);
});

test("creation times are read in every form that clients write", () => {
	const nine = Date.parse("2026-11-22T09:00:00Z");
	const table: [string, number | undefined][] = [
		["2026-11-22T09:00:00Z", nine],
		["2026-11-22T09:00:00.123456Z", nine + 123],
		["2026-11-22T09:00:00+00:00", nine],
		["2026-11-22T14:30:00+05:30", nine],
		["2026-11-22T04:00:00.5-05:00", nine + 500],
		["2026-11-22T09:00:00", nine],
		["2026-02-30T09:00:00Z", undefined],
		["2026-11-22T25:00:00Z", undefined],
		["2026-11-22T24:00:00Z", undefined],
		["2026-11-22T09:60:00Z", undefined],
		["2026-11-22T09:00:60Z", undefined],
		["2026-13-22T09:00:00Z", undefined],
		["2026-00-22T09:00:00Z", undefined],
		["2026-11-00T09:00:00Z", undefined],
		["2026-11-22 09:00:00Z", undefined],
		["22.11.2026", undefined],
		["1763802000", undefined],
		["+002026-11-22T09:00:00Z", undefined],
		["2026-11-22T09:00:00Z\n2026", undefined],
		["", undefined],
	];
	for (const [text, expected] of table)
		assert.equal(readCreated(text), expected, text);
});

test("differences are said in the unit that fits", () => {
	assert.deepEqual([45_000, 600_000, 7_200_000, 864_000_000].map(roughly), [
		"45 s",
		"10 min",
		"2 h",
		"10 days",
	]);
});

test("a password beyond ASCII is taken in UTF-8 and as npm onvif hashes it", () => {
	const { reason } = setUp();
	for (const password of ["passwört", Buffer.from("passwört", "latin1")])
		assert.equal(
			reason(make({ username: "umlaut", password })),
			"authenticated",
		);
});

test("hostile tokens get a reason", () => {
	const { reason } = setUp();
	const good = make();
	const nonce = "WS-Security Nonce is not base64 of 1 to 256 bytes";
	const digest = "WS-Security PasswordDigest is not base64 of 20 bytes";
	const long = "WS-Security UsernameToken is too long";
	const cases: [Partial<UsernameToken>, string][] = [
		[{ username: "" }, "WS-Security Username is empty"],
		[{ username: "__proto__" }, "WS-Security user is unknown"],
		[{ username: "a".repeat(2000) }, long],
		[{ password: undefined }, "WS-Security Password is missing"],
		[{ password: "" }, digest],
		[{ password: "AAAA" }, digest],
		[{ password: "!".repeat(28) }, digest],
		[
			{ passwordType: "constructor" },
			"WS-Security Password has an unknown Type",
		],
		[{ nonce: "" }, "WS-Security Nonce is missing"],
		[{ nonce: "abc" }, nonce],
		[{ nonce: "a*c=" }, nonce],
		[{ nonce: "ab=c" }, nonce],
		[{ nonce: "   " }, nonce],
		[{ nonce: "A".repeat(348) }, nonce],
		[{ nonce: "A".repeat(100_000) }, long],
		[{ created: "now" }, "WS-Security Created is not a date and time"],
	];
	for (const [change, expected] of cases)
		assert.equal(
			reason({ ...good, ...change }),
			expected,
			JSON.stringify(change).slice(0, 60),
		);
	assert.equal(reason(good), "authenticated");
});

test("wrong passwords fill no cache; a flood of right ones shortens the window and opens nothing", () => {
	const { reason } = setUp({ nonceCacheSize: 8 });
	const early = make({ created: "2026-11-22T08:56:00Z" });
	assert.equal(reason(early), "authenticated");
	for (let i = 0; i < 20; i += 1) reason(make({ password: "guess" }));
	assert.match(reason(early), /replay/);
	const flood = Array.from({ length: 20 }, (_, i) =>
		make({ created: `2026-11-22T09:00:${String(i).padStart(2, "0")}Z` }),
	);
	for (const token of flood) assert.equal(reason(token), "authenticated");
	for (const token of [early, ...flood]) assert.match(reason(token), /replay/);
});

test("a clock set back from the future locks nobody out", () => {
	const { reason, clock } = setUp({ nonceCacheSize: 4 });
	clock.set(Date.parse("2031-01-01T00:00:00Z"));
	for (let i = 0; i < 9; i += 1)
		assert.equal(
			reason(make({ created: `2031-01-01T00:00:0${i}Z` })),
			"authenticated",
		);
	clock.set(Date.parse("2026-11-22T09:00:00Z"));
	for (let i = 0; i < 9; i += 1)
		assert.equal(
			reason(make({ created: `2026-11-22T09:00:0${i}Z` })),
			"authenticated",
		);
});
