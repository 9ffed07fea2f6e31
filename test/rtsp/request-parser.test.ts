import assert from "node:assert/strict";
import test from "node:test";
import { defaultLimits } from "../../src/rtsp/limits.ts";
import { type Incoming, RequestParser } from "../../src/rtsp/request-parser.ts";

function parse(data: string | Buffer, chunk = Number.MAX_SAFE_INTEGER) {
	const parser = new RequestParser(defaultLimits);
	const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data, "latin1");
	const found: Incoming[] = [];
	for (let at = 0; at < bytes.length; at += chunk) {
		parser.push(bytes.subarray(at, at + chunk));
		for (let next = parser.next(); next; next = parser.next()) found.push(next);
	}
	return { found, pending: parser.pending };
}

const mixed = Buffer.concat([
	Buffer.from("\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
	Buffer.from([0x24, 1, 0, 3, 0x0a, 0x24, 0x0d]),
	Buffer.from([0x24, 3, 0, 0]),
	Buffer.from(
		"SET_PARAMETER rtsp://a/b RTSP/1.0\nCSeq:2\nContent-Length: 4\nX-Long: a\n\t b\n\n$\n\n$",
	),
	Buffer.from([0x24, 0, 0x20, 0]),
	Buffer.alloc(0x2000, 0x24),
	Buffer.from("PLAY /x RTSP/1.0\r\nCSeq: 3\r\nAccept: a\r\naccept: b\r\n\r\n"),
]);

for (const chunk of [1, 2, 3, 5, 7, 64, 1000, mixed.length])
	test(`requests and packets in chunks of ${chunk}`, () => {
		const { found, pending } = parse(mixed, chunk);
		assert.equal(pending, 0);
		const shown = found.map((item) => {
			if (item.kind === "interleaved")
				return `$${item.channel} ${item.data.toString("hex")}`;
			assert.ok(item.kind === "request");
			return `${item.method} ${item.uri} ${item.cseq} ${item.body}`;
		});
		assert.deepEqual(shown, [
			"OPTIONS * 1 ",
			"$1 0a240d",
			"$3 ",
			"SET_PARAMETER rtsp://a/b 2 $\n\n$",
			// The packet of 8 KiB is skipped: no RTCP is so long.
			"PLAY /x 3 ",
		]);
		const [, , , set, play] = found;
		assert.ok(set?.kind === "request" && play?.kind === "request");
		assert.equal(set.headers.get("x-long"), "a b");
		assert.equal(play.headers.get("accept"), "a, b");
	});

const start = "OPTIONS * RTSP/1.0\r\n";
const malformed: readonly [
	what: string,
	text: string,
	status: number,
	cseq?: string,
][] = [
	["no request", "hello\r\n\r\n", 400],
	["a response", "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", 400, "1"],
	["HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400],
	["RTSP 2.0", "OPTIONS * RTSP/2.0\r\nCSeq: 9\r\n\r\n", 505, "9"],
	["lower case", "options * RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, "1"],
	["two spaces", "OPTIONS  * RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, "1"],
	["a URL too long", `PLAY /${"x".repeat(3000)} RTSP/1.0\r\n\r\n`, 414],
	["no CSeq", `${start}\r\n`, 400],
	["a CSeq that is no number", `${start}CSeq: x\r\n\r\n`, 400],
	["two CSeqs", `${start}CSeq: 1\r\nCSeq: 2\r\n\r\n`, 400, "1"],
	["a header without colon", `${start}CSeq: 1\r\nfoo\r\n\r\n`, 400, "1"],
	["a space in a name", `${start}CSeq: 1\r\na b: c\r\n\r\n`, 400, "1"],
	["folding at the start", `${start} x\r\nCSeq: 1\r\n\r\n`, 400, "1"],
	["NUL", `${start}CSeq: 1\r\nA: \0\r\n\r\n`, 400, "1"],
	[
		"a bare CR in a folded line",
		`${start}CSeq: 1\r\nA: b\r\n c\rD: e\r\n\r\n`,
		400,
		"1",
	],
	["a bare CR", `${start}CSeq: 1\r\nA: b\rC: d\r\n\r\n`, 400, "1"],
	[
		"a negative length",
		`${start}CSeq: 1\r\nContent-Length: -1\r\n\r\n`,
		400,
		"1",
	],
	[
		"an absurd length",
		`${start}CSeq: 1\r\nContent-Length: 99999999999\r\n\r\n`,
		413,
		"1",
	],
	["headers without end", start + "A: b\r\n".repeat(2000), 413],
	["a line without end", "x".repeat(9000), 413],
	["65 headers", `${start}CSeq: 1\r\n${"A: b\r\n".repeat(64)}\r\n`, 400, "1"],
];
for (const [what, text, status, cseq] of malformed)
	test(`${what} is ${status}, and nothing is read after it`, () => {
		const { found, pending } = parse(`${text}${start}CSeq: 1\r\n\r\n`, 700);
		const [only] = found;
		assert.ok(only?.kind === "malformed", JSON.stringify(only));
		assert.equal(found.length, 1);
		assert.equal(only.status, status, only.reason);
		assert.equal(only.cseq, cseq);
		assert.equal(pending, 0);
	});
