import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Messages } from "../helpers/validate.ts";
import { envelope, post, SOAP12, security } from "./client.ts";
import { serviceUnderTest } from "./service-under-test.ts";

const messages = new Messages();
const TDS = "http://www.onvif.org/ver10/device/wsdl";
const getTime = `<GetSystemDateAndTime xmlns="${TDS}"/>`;
const good = envelope(getTime, "");
const frame = (content: string) =>
	`<e:Envelope xmlns:e="${SOAP12}">${content}</e:Envelope>`;
const body = (content = getTime) => `<e:Body>${content}</e:Body>`;

const refused: readonly [
	what: string,
	body: string | Uint8Array,
	status: number,
	reason: RegExp,
][] = [
	["no XML", "GET / HTTP/1.0", 400, /ter:WellFormed/],
	[
		"a DTD",
		`<!DOCTYPE a [<!ENTITY b "c">]>${frame(body())}`,
		400,
		/document type declaration/,
	],
	[
		"an external entity",
		`<!DOCTYPE a SYSTEM "file:///etc/passwd">${frame(body())}`,
		400,
		/document type declaration/,
	],
	["an undefined entity", frame(body("<a>&b;</a>")), 400, /ter:WellFormed/],
	["100,000 levels", frame(body("<a>".repeat(80_000))), 400, /levels deep/],
	[
		"a duplicate attribute",
		frame(body('<a b="" b=""/>')),
		400,
		/ter:WellFormed/,
	],
	["an unbound prefix", frame(body("<tds:GetDNS/>")), 400, /unbound/],
	["two roots", good + good.slice(good.indexOf("<s:")), 400, /ter:WellFormed/],
	["a NUL", frame(body("<a>\0</a>")), 400, /ter:WellFormed/],
	[
		"Latin-1",
		Buffer.from(frame(body("<a>é</a>")), "latin1"),
		400,
		/not valid UTF-8/,
	],
	["UTF-16", Buffer.from(`\ufeff${good}`, "utf16le"), 400, /UTF-16/],
	["no Envelope", getTime, 500, /env:VersionMismatch/],
	[
		"an unknown Envelope",
		'<Envelope xmlns="urn:x"/>',
		500,
		/env:VersionMismatch/,
	],
	["no Body", frame("<e:Header/>"), 400, /ter:Tag<.*no Body/],
	["an empty Body", frame(body("")), 400, /ter:Tag<.*Body is empty/],
	[
		"two Bodies",
		frame(body() + body()),
		400,
		/ter:TagMismatch<.*Body is out of place/,
	],
	[
		"two Headers",
		frame(`<e:Header/><e:Header/>${body()}`),
		400,
		/ter:TagMismatch/,
	],
	[
		"a Header behind the Body",
		frame(`${body()}<e:Header/>`),
		400,
		/ter:TagMismatch/,
	],
	["two requests", frame(body(getTime + getTime)), 400, /ter:TagMismatch/],
	[
		"65 attributes",
		frame(
			body(
				`<a ${Array.from({ length: 65 }, (_, i) => `a${i}=""`).join(" ")}/>`,
			),
		),
		400,
		/64 attributes/,
	],
];

for (const [what, text, status, reason] of refused)
	test(`${what} is refused, and the service goes on`, async (t) => {
		const { url, log } = await serviceUnderTest(t);
		const answer = await post(`${url}/onvif/device_service`, text);
		assert.equal(answer.status, status, answer.text);
		assert.match(messages.add(answer.text), reason);
		assert.equal(log.length, 1);
		assert.equal(log[0]?.fields.client, "127.0.0.1");
		const next = await post(`${url}/onvif/device_service`, good);
		assert.equal(next.status, 200);
	});

test("a compressed body is refused unread", async (t) => {
	const { url } = await serviceUnderTest(t);
	const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
	const answer = await post(`${url}/onvif/device_service`, bomb, {
		"content-type": "application/soap+xml",
		"content-encoding": "gzip",
	});
	assert.equal(answer.status, 415);
	assert.match(messages.add(answer.text), /Content-Encoding gzip/);
});

/** Sends a head, reads the answer, and then sends as much as the other side takes until it hangs up. */
async function flood(port: number, head: string): Promise<string> {
	const socket = connect(port, "127.0.0.1").setEncoding("latin1");
	const closed = new Promise((resolve) => socket.on("close", resolve));
	// The other side hangs up in the middle of it.
	socket.on("error", () => socket.destroy());
	socket.write(head);
	const answer = await new Promise<string>((resolve) => {
		let heard = "";
		socket.on("data", (text: string) => {
			heard += text;
			if (heard.endsWith("Envelope>")) resolve(heard);
		});
	});
	const chunk = Buffer.alloc(65_536, " ");
	const more = () => {
		while (socket.writable && socket.write(chunk));
	};
	socket.on("drain", more);
	more();
	await closed;
	return answer;
}

test("100 MB are refused before they came, with 413 and a fault", async (t) => {
	const { url, port } = await serviceUnderTest(t);
	const head =
		"POST /onvif/device_service HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml\r\n";
	const announced = await flood(
		port,
		`${head}Content-Length: 104857600\r\n\r\n`,
	);
	assert.match(announced, /^HTTP\/1\.1 413 /);
	assert.match(announced, /connection: close/i);
	messages.add(announced.slice(announced.indexOf("<?xml")));
	const next = await post(`${url}/onvif/device_service`, good);
	assert.equal(next.status, 200);
});

test("a body of unannounced length is cut off at 256 KB", async (t) => {
	const { url } = await serviceUnderTest(t);
	const answer = await fetch(`${url}/onvif/device_service`, {
		method: "POST",
		headers: { "content-type": "application/soap+xml" },
		body: new Blob([" ".repeat(300_000)]).stream(),
		duplex: "half",
	});
	assert.equal(answer.status, 413);
	messages.add(await answer.text());
});

test("a header bomb of blocks and a big token are read in no time", async (t) => {
	const { url } = await serviceUnderTest(t);
	const blocks = '<x xmlns="urn:x"/>'.repeat(10_000);
	const start = process.cpuUsage();
	const answer = await post(`${url}/onvif/x`, envelope(getTime, blocks));
	assert.equal(answer.status, 200);
	const long = security("a".repeat(200_000));
	const dns = `<GetDNS xmlns="${TDS}"/>`;
	const token = await post(`${url}/onvif/x`, envelope(dns, long));
	assert.equal(token.status, 401);
	assert.ok(process.cpuUsage(start).user < 2_000_000);
});

test("every answer above is as the schemas have it", (t) =>
	messages.validate(t));

test("a page of another address asks for nothing, whatever login its browser sends along", async (t) => {
	const { url, state } = await serviceUnderTest(t);
	const setDns = `<SetDNS xmlns="${TDS}"><FromDHCP>false</FromDHCP></SetDNS>`;
	// Without a Content-Type (a Blob) browsers ask nobody whether they may send it.
	const from = (headers: Readonly<Record<string, string>>) =>
		post(`${url}/onvif/device_service`, Buffer.from(envelope(setDns)), headers);
	for (const [header, value] of [
		["origin", "http://evil.example"],
		["origin", "null"],
		["sec-fetch-site", "cross-site"],
	] as const) {
		const before = state.dns;
		const { status, text } = await from({ [header]: value });
		assert.equal(status, 403, `${header}: ${value}`);
		assert.match(messages.add(text), /ter:NotAuthorized/);
		assert.equal(state.dns, before);
	}
	assert.equal((await from({ origin: url })).status, 200);
	assert.equal((await from({})).status, 200);
});
