import assert from "node:assert/strict";
import test from "node:test";
import { Base64Decoder } from "../../../src/rtsp/tunnel/base64-decoder.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

function decode(pieces: Iterable<string>): string | undefined {
	const decoder = new Base64Decoder();
	let text = "";
	for (const piece of pieces) {
		const decoded = decoder.push(Buffer.from(piece));
		if (decoded === undefined) return undefined;
		text += decoded.toString();
	}
	return text;
}

test("requests padded one by one are decoded, cut at any place", () => {
	const texts = ["a", "bc", "def", "ghij", "", "k"];
	const whole = texts.map(base64).join("");
	for (let at = 0; at <= whole.length; at++)
		assert.equal(
			decode([whole.slice(0, at), whole.slice(at)]),
			texts.join(""),
			`cut at ${at}`,
		);
	assert.equal(decode(whole), texts.join(""));
});

test("line breaks and spaces mean nothing", () => {
	assert.equal(decode(["Y\r\nW", "\n ", "I=\r\n\r\nYWI="]), "abab");
});

test("what is no base64 is refused", () => {
	for (const text of ["OPTIONS * RTSP/1.0\r\n", "YW-_", "A=BCD", "A==="])
		assert.equal(decode([text]), undefined, text);
});

test("it holds three characters at most", () => {
	const decoder = new Base64Decoder();
	for (let i = 0; i < 10_000; i++) {
		const decoded = decoder.push(Buffer.from("AAAAA"));
		assert.ok(decoded && decoded.length >= 3);
	}
});
