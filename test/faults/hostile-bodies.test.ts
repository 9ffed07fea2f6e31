import assert from "node:assert/strict";
import { createConnection, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { DeviceUnderTest, tds } from "../conformance/device-under-test.ts";
import { until } from "../helpers/media.ts";
import { anonymousMemory } from "../helpers/memory.ts";
import { cpuMicroseconds } from "../helpers/processor.ts";
import { Messages } from "../helpers/validate.ts";

const messages = new Messages();
const MB = 1 << 20;
const SOAP = "http://www.w3.org/2003/05/soap-envelope";
const TDS = "http://www.onvif.org/ver10/device/wsdl";
/** Kilobytes by which anonymous memory may grow through all of it. */
const growth = 24 * 1024;

const envelope = (body: string) =>
	`<e:Envelope xmlns:e="${SOAP}"><e:Body>${body}</e:Body></e:Envelope>`;
const getTime = `<GetSystemDateAndTime xmlns="${TDS}"/>`;

/** A connection that is written to by hand, and what came back on it. */
class Client {
	readonly socket: Socket;
	answer = "";
	sent = 0;
	closed = false;

	constructor(port: number, head: readonly string[]) {
		this.socket = createConnection({ port, host: "127.0.0.1" });
		this.socket.setEncoding("utf8").on("data", (text: string) => {
			this.answer += text;
		});
		// It is hung up in the middle of what it sends.
		this.socket.on("error", () => this.socket.destroy());
		this.socket.on("close", () => {
			this.closed = true;
		});
		const lines = [
			"POST /onvif/device_service HTTP/1.1",
			"Host: camera",
			"Content-Type: application/soap+xml",
			...head,
		];
		this.socket.write(`${lines.join("\r\n")}\r\n\r\n`);
	}

	/** Sends until all is sent, or nothing is taken any more. */
	flood(chunk: string | Buffer, total: number): void {
		const more = () => {
			while (this.sent < total && this.socket.writable) {
				this.sent += chunk.length;
				if (!this.socket.write(chunk)) return;
			}
		};
		this.socket.on("drain", more);
		more();
	}
}

describe("hostile bodies", () => {
	let device: DeviceUnderTest;
	let memory = 0;
	const slow: Client[] = [];
	before(async () => {
		// With the small heap that it is given on a board.
		device = await DeviceUnderTest.start(messages, { asInstalled: true });
		for (let request = 0; request < 50; request++) await works();
		memory = anonymousMemory(device.service.pid);
		// These drip for as long as they are let; what became of them is looked at last.
		for (let at = 0; at < 50; at++)
			slow.push(new Client(device.service.http, ["Content-Length: 1000"]));
	});
	after(async () => {
		for (const client of slow) client.socket.destroy();
		await device.service.remove();
	});

	/** A request that is all right is answered. */
	async function works(): Promise<void> {
		const answer = await device.ask(tds("GetUsers"));
		assert.equal(answer.status, 200, answer.text);
	}

	async function post(
		body: string | Buffer,
		headers: Readonly<Record<string, string>> = {},
	): Promise<{ status: number; text: string }> {
		const response = await fetch(`${device.service.url}/onvif/device_service`, {
			method: "POST",
			headers: { "content-type": "application/soap+xml", ...headers },
			body,
		});
		const text = messages.add(await response.text());
		return { status: response.status, text };
	}

	for (const [how, head, chunk] of [
		["announced", [`Content-Length: ${100 * MB}`], Buffer.alloc(64 << 10, " ")],
		[
			"of unannounced length",
			["Transfer-Encoding: chunked"],
			`10000\r\n${" ".repeat(0x10000)}\r\n`,
		],
	] as const)
		test(`100 MB, ${how}, are cut off with 413 and a fault`, async () => {
			const clients = Array.from(
				{ length: 8 },
				() => new Client(device.service.http, head),
			);
			for (const client of clients) client.flood(chunk, 100 * MB);
			await until(
				() => clients.every(({ closed }) => closed),
				"all are hung up on",
			);
			for (const { sent } of clients) assert.ok(sent < 20 * MB, `${sent}`);
			const heard = clients.filter(({ answer }) => answer !== "");
			for (const { answer } of heard) {
				assert.match(answer, /^HTTP\/1\.1 413 /);
				messages.add(answer.slice(answer.indexOf("<?xml")));
			}
			// A reset may overtake the answer of one that goes on sending.
			if (how === "announced") assert.ok(heard.length > 0);
			await works();
		});

	test("gzip, a bomb or not, is refused unread", async () => {
		for (const body of [envelope(getTime), " ".repeat(50 * MB)]) {
			const answer = await post(gzipSync(body), { "content-encoding": "gzip" });
			assert.equal(answer.status, 415);
			assert.match(answer.text, /gzip is not implemented/);
		}
		await works();
	});

	const deep = "<a>".repeat(100_000).slice(0, 250_000);
	for (const [what, body] of [
		["levels without end", envelope(deep)],
		["attributes without end", `<a ${'b="" '.repeat(50_000)}/>`],
		["one attribute of 250 KB", `<a b="${"x".repeat(250_000)}`],
		["a comment without end", `<!--${"-".repeat(250_000)}`],
		["namespaces without end", envelope(declarations(8000))],
		["headers without end", headers(12_000)],
		["an entity bomb", `<!DOCTYPE a [<!ENTITY b "${"&c;".repeat(999)}">]><a/>`],
		["octets of no text", Buffer.alloc(250_000, 0xff)],
	] as const)
		test(`${what}: refused at little cost, 20 at once`, async (t) => {
			const before = cpuMicroseconds(device.service.pid);
			const answers = await Promise.all(
				Array.from({ length: 20 }, () => post(body)),
			);
			for (const { status, text } of answers) {
				assert.ok(status >= 400 && status < 600, text);
				assert.match(text, /:Fault>/);
			}
			await works();
			const spent = (cpuMicroseconds(device.service.pid) - before) / 1e6;
			t.diagnostic(`${spent.toFixed(2)} s of processor time`);
			// What grows with the square of its size takes minutes.
			assert.ok(spent < 8, `${spent} s of processor time for 21 requests`);
		});

	test("messages that end before their time are forgotten", async () => {
		const clients = Array.from({ length: 100 }, (_, at) => {
			const client = new Client(device.service.http, ["Content-Length: 5000"]);
			client.socket.write(envelope(getTime).slice(0, at));
			return client;
		});
		await works();
		for (const { socket } of clients) socket.destroy();
		await until(() => clients.every(({ closed }) => closed), "all are closed");
		await works();
	});

	test("who drips is hung up on, and nobody waits for it", async () => {
		const drip = setInterval(() => {
			for (const { socket } of slow) if (socket.writable) socket.write(" ");
		}, 200);
		try {
			await until(async () => {
				await works();
				return slow.every(({ closed }) => closed);
			}, "slow clients are hung up on");
		} finally {
			clearInterval(drip);
		}
		for (const { answer } of slow) assert.match(answer, /^HTTP\/1\.1 408 |^$/);
		assert.ok(slow.some(({ answer }) => answer !== ""));
	});

	test("after all of that it runs on, as small as before", async () => {
		assert.equal(device.service.process.exitCode, null);
		assert.doesNotMatch(device.service.stderr(), / error /);
		for (let request = 0; request < 50; request++) await works();
		const now = anonymousMemory(device.service.pid);
		assert.ok(now < memory + growth, `from ${memory} to ${now} kB`);
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});

/** An element that declares that many namespaces. */
function declarations(count: number): string {
	const all = Array.from(
		{ length: count },
		(_, at) => `xmlns:n${at}="u:${at}"`,
	);
	return `<a ${all.join(" ")}/>`;
}

function headers(count: number): string {
	const blocks = '<x xmlns="urn:x"/>'.repeat(count);
	return `<e:Envelope xmlns:e="${SOAP}"><e:Header>${blocks}</e:Header><e:Body><Unknown xmlns="${TDS}"/></e:Body></e:Envelope>`;
}
