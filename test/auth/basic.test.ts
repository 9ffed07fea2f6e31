import assert from "node:assert/strict";
import { test } from "node:test";
import {
	type BasicPolicy,
	readBasicHeader,
	withBasic,
} from "../../src/auth/basic.ts";
import { createDigestAuth } from "../../src/auth/digest.ts";
import { fakeClock, lookup } from "./fakes.ts";

const users = lookup({ name: "ann", password: "a:b c", level: "User" });

function setUp(policy: BasicPolicy) {
	const realm = "onvifd";
	const clock = fakeClock();
	const digest = createDigestAuth({ realm, users, clock });
	return withBasic(digest, { policy, realm, users });
}

const basic = (text: string, encoding: "utf8" | "latin1" = "utf8") =>
	`Basic ${Buffer.from(text, encoding).toString("base64")}`;
const verify = (policy: BasicPolicy, header: string, secure?: boolean) =>
	setUp(policy).verify(header, "GET", "/", secure);

test("Basic is offered last, and where the policy allows it alone", () => {
	const offers = (policy: BasicPolicy, secure?: boolean) =>
		setUp(policy)
			.challenges(false, secure)
			.map((challenge) => challenge.split(" ")[0]);
	const both = ["Digest", "Digest", "Basic"];
	assert.deepEqual(offers("never", true), ["Digest", "Digest"]);
	assert.deepEqual(offers("tls"), ["Digest", "Digest"]);
	assert.deepEqual(offers("tls", true), both);
	assert.deepEqual(offers("always"), both);
	assert.equal(
		setUp("always").challenges().at(-1),
		'Basic realm="onvifd", charset="UTF-8"',
	);
});

test("Basic is taken where it is offered, and nowhere else", () => {
	const right = basic("ann:a:b c");
	const identity = { name: "ann", level: "User" };
	const proven = { kind: "authenticated", identity };
	assert.deepEqual(verify("always", right), proven);
	assert.deepEqual(verify("tls", right, true), proven);
	assert.deepEqual(verify("tls", `basic   ${right.slice(6)} `, true), proven);
	for (const result of [verify("tls", right), verify("never", right, true)])
		assert.equal(result.kind, "refused");
});

test("a wrong name or password is refused, and neither is told", () => {
	for (const [text, reason] of [
		["ann:wrong", "wrong password"],
		["ann:", "wrong password"],
		["bob:a:b c", "unknown user"],
		[":", "unknown user"],
	] as const)
		assert.deepEqual(verify("always", basic(text)), {
			kind: "refused",
			reason,
			stale: false,
			guess: true,
		});
	for (const header of [
		"Basic",
		"Basic a b",
		"Basic YW5u",
		`Basic ${"A".repeat(5000)}`,
	])
		assert.equal(verify("always", header).kind, "refused");
	assert.equal(setUp("always").verify(undefined, "GET", "/").kind, "anonymous");
});

test("names are UTF-8, or what they look like", () => {
	const name = "jürgen";
	assert.equal(readBasicHeader(basic(`${name}:x`))?.name, name);
	assert.equal(readBasicHeader(basic(`${name}:x`, "latin1"))?.name, name);
});
