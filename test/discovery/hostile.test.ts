import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { until } from "./asker.ts";
import { run, runForAll } from "./device.ts";
import { probe, read } from "./soap.ts";

const LARGE = 50 * 1024;

function padded(before: string, filler: string, after: string): string {
	const room = LARGE - before.length - after.length;
	return before + filler.repeat(Math.floor(room / filler.length)) + after;
}

const hostile: [what: string, datagram: string | Buffer][] = [
	["nothing", ""],
	["octets", Buffer.from([0, 255, 254, 1])],
	["a word", "Probe"],
	["broken off", probe().slice(0, -40)],
	["UTF-16", Buffer.from(`\ufeff${probe()}`, "utf16le")],
	[
		"octets that are no UTF-8",
		Buffer.concat([Buffer.from("<Probe>"), Buffer.from([0xc3, 0x28])]),
	],
	[
		"a DTD",
		probe().replace("<s:Envelope", '<!DOCTYPE x [<!ENTITY a "b">]><s:Envelope'),
	],
	["deep", padded("", "<Probe>", "")],
	["many attributes", padded("<Probe ", "a='1' ", "/>")],
	["many types", probe({ types: padded("", "dn:A ", " ".repeat(1200)) })],
	["many scopes", probe({ scopes: padded("", "a:b ", " ".repeat(1200)) })],
	["no MessageID", probe().replace(/<a:MessageID>.*<\/a:MessageID>/, "")],
	["an empty MessageID", probe({ id: " " })],
	["a long MessageID", probe({ id: "x".repeat(2000) })],
	["another envelope", probe({ soap: "urn:x" })],
	["no body", probe().replace(/<s:Body>.*<\/s:Body>/s, "")],
	["an empty body", probe().replace(/<d:Probe>.*<\/d:Probe>/s, "")],
	["an operation of none of ours", probe().replaceAll("d:Probe>", "d:ProbeX>")],
	["a Resolve of nobody", probe().replaceAll("d:Probe>", "d:Resolve>")],
	["our own kind of answer", probe().replaceAll("d:Probe>", "d:ProbeMatches>")],
];

describe("hostile datagrams", () => {
	// Time runs fast here: no datagram is left out for those before it.
	let now = 0;
	const monotonic = () => {
		now += 1000;
		return now;
	};
	const device = runForAll({ clock: { now: Date.now, monotonic } });

	for (const [what, datagram] of hostile)
		test(`${what}: no answer, and the next Probe has one`, async () => {
			const { asker } = device();
			const before = asker.heard.length;
			asker.unicast(datagram);
			const id = `uuid:${randomUUID()}`;
			asker.unicast(probe({ id }));
			await asker.answers(id);
			assert.equal(asker.heard.length, before + 1);
		});
});

test("the largest datagram is not read at all", async (t) => {
	const { asker, log } = await run(t);
	asker.unicast(`<Probe>${" ".repeat(60_000)}`);
	const id = `uuid:${randomUUID()}`;
	asker.unicast(probe({ id }));
	await asker.answers(id);
	assert.match(log.lines.join(), /asked too often/);
	assert.equal(log.lines.length, 1);
});

test("the log names the sender and does not grow with what comes", async (t) => {
	const clock = { now: () => 1000, monotonic: () => 1000 };
	const { asker, log } = await run(t, { clock });
	for (let sent = 0; sent < 40; sent += 1) asker.unicast("Probe");
	const id = `uuid:${randomUUID()}`;
	asker.unicast(probe({ id }));
	await asker.answers(id);
	assert.equal(log.lines.length, 10);
	for (const line of log.lines)
		assert.match(line, /^warn discovery: .*"client":"127\.0\.0\.1"/);
});

test("one asker's flood is not worth more than fifty answers a second", async (t) => {
	let now = 1000;
	const clock = { now: () => now, monotonic: () => now };
	const { asker, identity, log } = await run(t, {
		clock,
		random: () => 0,
	});
	await until(() => identity.asked === 1);
	for (let sent = 0; sent < 80; sent += 1)
		asker.unicast(probe({ id: `uuid:flood-${sent}.` }));
	await until(() => identity.asked === 81);
	await asker.answers("flood-49.");
	assert.equal(asker.heard.length, 50);
	now += 1000;
	asker.unicast(probe({ id: "uuid:after" }));
	await asker.answers("uuid:after");
	assert.equal(asker.heard.length, 51);
	assert.match(log.lines.join("\n"), /asked too often/);
});

test("a constant MessageID is answered again when some seconds have passed", async (t) => {
	let now = 1000;
	const clock = { now: () => now, monotonic: () => now };
	const { asker } = await run(t, { clock });
	const id = `uuid:${randomUUID()}`;
	asker.unicast(probe({ id }));
	asker.unicast(probe({ id }));
	await asker.answers(id);
	now += 3000;
	asker.unicast(probe({ id }));
	const heard = await asker.answers(id, 2);
	assert.equal(heard.length, 2);
	assert.deepEqual(
		heard.map(({ text }) => read(text).relatesTo),
		[id, id],
	);
});
