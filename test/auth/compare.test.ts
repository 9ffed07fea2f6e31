import assert from "node:assert/strict";
import { test } from "node:test";
import { passwordOf, sameDigest, sameSecret } from "../../src/auth/compare.ts";
import { createDigestAuth } from "../../src/auth/digest.ts";
import type { UserLookup } from "../../src/auth/types.ts";
import { createUsernameTokenAuth } from "../../src/auth/username-token.ts";
import { fakeClock, lookup } from "./fakes.ts";

test("secrets are the same only when every byte is", () => {
	const table: [string, string, boolean][] = [
		["abc", "abc", true],
		["", "", true],
		["abc", "abd", false],
		["abc", "abcd", false],
		["", "abc", false],
		["ä", "a", false],
	];
	for (const [given, expected, same] of table) {
		assert.equal(sameSecret(given, expected), same);
		assert.equal(sameDigest(Buffer.from(given), Buffer.from(expected)), same);
	}
});

test("an unknown user has a password that nobody has", () => {
	const users = lookup({ name: "a", password: "known", level: "User" });
	const { user, password } = passwordOf(users, "b");
	assert.equal(user, undefined);
	assert.match(password, /^[0-9a-f]{32}$/);
	assert.equal(passwordOf(users, "a").password, "known");
});

/** The median time of a refusal, over many turns that alternate with the other one. */
function medians(first: () => void, second: () => void): [number, number] {
	const times: [number[], number[]] = [[], []];
	for (let turn = 0; turn < 1000; turn += 1)
		for (const [index, refuse] of [first, second].entries()) {
			const start = performance.now();
			refuse();
			times[index]?.push(performance.now() - start);
		}
	const median = (list: number[]) =>
		list.sort((a, b) => a - b)[list.length >> 1] ?? 0;
	return [median(times[0]), median(times[1])];
}

test("a known and an unknown name cost the same work", () => {
	const users: UserLookup = lookup({
		name: "known",
		password: "some password",
		level: "User",
	});
	const clock = fakeClock();
	const digest = createDigestAuth({ realm: "onvifd", users, clock });
	const token = createUsernameTokenAuth({ users, clock });
	const header = (name: string) =>
		`Digest username="${name}", realm="onvifd", nonce="0", uri="/", response="${"0".repeat(32)}"`;
	const tokenOf = (username: string) => ({
		username,
		password: `${"A".repeat(27)}=`,
		passwordType: "#PasswordDigest",
		nonce: "AAAA",
		created: "2026-11-22T09:00:00Z",
	});
	for (const refuse of [
		(name: string) => digest.verify(header(name), "GET", "/"),
		(name: string) => token.verify(tokenOf(name)),
	]) {
		const [known, unknown] = medians(
			() => refuse("known"),
			() => refuse("nobod"),
		);
		assert.ok(Math.abs(known - unknown) < known / 2, `${known} ${unknown}`);
	}
});
