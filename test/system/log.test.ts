import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { test } from "node:test";
import { createLimitedLog } from "../../src/system/limited-log.ts";
import { createLog, type Log, type LogLevel } from "../../src/system/log.ts";
import { fakeClock } from "../auth/fakes.ts";

function setUp(level: LogLevel = "info") {
	const lines: string[] = [];
	const stream = new Writable({
		decodeStrings: false,
		write(chunk, _encoding, done) {
			lines.push(String(chunk));
			done();
		},
	});
	const now = () => Date.parse("2026-11-22T09:00:00Z");
	return { lines, log: createLog(stream, { level, now }) };
}

test("a line has time, level, message and fields", () => {
	const { log, lines } = setUp();
	log.info("listening", { port: 8080, address: "[::]:8080", tls: false });
	log.warn("refused", { reason: "wrong password", user: undefined, empty: "" });
	assert.deepEqual(lines, [
		"2026-11-22T09:00:00.000Z info listening port=8080 address=[::]:8080 tls=false\n",
		'2026-11-22T09:00:00.000Z warn refused reason="wrong password" empty=""\n',
	]);
});

test("what is less than the level is not written", () => {
	const { log, lines } = setUp("warn");
	log.info("a");
	log.warn("b");
	log.error("c");
	assert.equal(lines.length, 2);
});

const hostile: [string, string][] = [
	["a\nb", '"a\\nb"'],
	["a\r\x1b[31mred\x07", '"a\\u{d}\\u{1b}[31mred\\u{7}"'],
	['say "no" \\ yes', '"say \\"no\\" \\\\ yes"'],
	["x user=admin", '"x user=admin"'],
	["left\u202eright\u2028", '"left\\u{202e}right\\u{2028}"'],
	["\ud800", '"\\u{d800}"'],
	["passwört", '"passwört"'],
];
for (const [value, expected] of hostile)
	test(`${JSON.stringify(value)} stays one value on one line`, () => {
		const { log, lines } = setUp();
		log.info("m", { value });
		assert.equal(
			lines[0],
			`2026-11-22T09:00:00.000Z info m value=${expected}\n`,
		);
	});

test("long texts are cut, and a message forges no line", () => {
	const { log, lines } = setUp();
	log.info(`first\n${"m".repeat(5000)}`, { value: '"'.repeat(5000) });
	assert.match(lines[0] ?? "", /info first\\nm+… value=/);
	assert.ok((lines[0]?.length ?? 0) < 1400);
	log.error("unexpected", { stack: `at main.ts:1\n${"x".repeat(1500)}` });
	assert.match(lines[1] ?? "", /stack="at main\.ts:1\\nx{1500}"\n$/);
	assert.equal(lines[0]?.trimEnd().includes("\n"), false);
});

test("a reader that stands still costs bounded memory, and learns what it missed", async () => {
	const stream = new PassThrough();
	const log = createLog(stream, { level: "info" });
	for (let i = 0; i < 5000; i += 1) log.info("m".repeat(200));
	assert.ok(stream.writableLength < 270_000);
	const chunks: string[] = [];
	stream.on("data", (chunk) => chunks.push(String(chunk)));
	await once(stream, "drain");
	log.info("again");
	stream.end();
	await once(stream, "end");
	const lost = /warn log lines were lost lost=(\d+)\n.* again\n$/.exec(
		chunks.join(""),
	);
	assert.equal(
		chunks.join("").split("\n").length,
		5000 - Number(lost?.[1]) + 3,
	);
});

function setUpLimited() {
	const lines: string[] = [];
	const note: Log["info"] = (message, fields) => {
		lines.push(`${message} ${fields?.client} ${fields?.repeated ?? ""}`.trim());
	};
	const clock = fakeClock();
	const log = createLimitedLog({ info: note, warn: note, error: note }, clock);
	return { lines, log, clock };
}

test("a repeated refusal is written once a minute, with how many were left out", () => {
	const { lines, log, clock } = setUpLimited();
	for (let port = 5000; port < 5100; port += 1)
		log.warn("refused", { client: `10.0.0.9:${port}` });
	log.warn("refused", { client: "10.0.0.8" });
	assert.deepEqual(lines, ["refused 10.0.0.9:5000", "refused 10.0.0.8"]);
	clock.advance(60_000);
	log.warn("refused", { client: "10.0.0.9:6000" });
	assert.deepEqual(lines.slice(2), [
		"refused 10.0.0.9:5099 99",
		"refused 10.0.0.9:6000",
	]);
});

test("different messages, levels and reasons are different lines", () => {
	const { lines, log } = setUpLimited();
	const client = "fe80::1";
	log.warn("refused", { client, reason: "wrong password" });
	log.warn("refused", { client, reason: "unknown user" });
	log.error("refused", { client, reason: "unknown user" });
	log.warn("cut off", { client, reason: "unknown user" });
	assert.equal(lines.length, 4);
});

test("many clients are remembered within bounds, and counts are not lost", () => {
	const { lines, log } = setUpLimited();
	log.warn("refused", { client: "first" });
	log.warn("refused", { client: "first" });
	for (let i = 0; i < 1000; i += 1) log.warn("refused", { client: `c${i}` });
	assert.equal(lines.length, 1002);
	assert.ok(lines.includes("refused first 1"));
	log.warn("refused", { client: "first" });
	assert.equal(lines.at(-1), "refused first");
});
