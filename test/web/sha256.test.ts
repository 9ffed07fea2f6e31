import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { sha256 } from "../../src/web/page/sha256.ts";

const expected = (text: string) =>
	createHash("sha256").update(text).digest("hex");

test("the page's SHA-256 is that of FIPS 180-4, at every length of the last block", () => {
	for (let length = 0; length < 200; length++) {
		const text = "abcdefghij".repeat(20).slice(0, length);
		assert.equal(sha256(text), expected(text), `${length} octets`);
	}
});

test("text is hashed as UTF-8", () => {
	for (const text of ["jörg:onvifd:pässwörd", "📷".repeat(40), "\u0000\uffff"])
		assert.equal(sha256(text), expected(text));
});
