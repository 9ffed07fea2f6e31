import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Clock } from "../../src/system/clock.ts";
import type { LogFields } from "../../src/system/log.ts";
import { certificateRequest } from "../../src/tls/certificate-request.ts";
import { openCertificates } from "../../src/tls/certificates.ts";
import { run } from "../helpers/run.ts";

const day = 24 * 3_600_000;

class CalendarClock implements Clock {
	moved = 0;
	now(): number {
		return Date.now() + this.moved;
	}
	monotonic(): number {
		return performance.now();
	}
}

interface Options {
	readonly certificate?: string | null;
	readonly key?: string | null;
	readonly folder?: string;
	readonly clock?: CalendarClock;
}

function setUp(t: TestContext) {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-tls-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	const logged: [string, LogFields | undefined][] = [];
	const note = (message: string, fields?: LogFields) =>
		void logged.push([message, fields]);
	const open = async (options: Options = {}) => {
		const certificates = await openCertificates({
			certificate: null,
			key: null,
			folder: join(folder, "tls"),
			subject: () => ({
				names: ["cube.lan", "localhost", "under_score", "cube.lan"],
				addresses: ["192.0.2.7", "2001:db8::7", "127.0.0.1", "nonsense"],
			}),
			clock: new CalendarClock(),
			log: { info: note, warn: note, error: note },
			...options,
		});
		t.after(() => certificates.close());
		return certificates;
	};
	return { folder, logged, open };
}

test("what openssl is asked for holds names and addresses, and nothing that is neither", () => {
	assert.equal(
		certificateRequest({
			names: ["cube", "x\nCN = evil", "a,DNS:b", ""],
			addresses: ["::1", "fe80::1%eth0x", "10.0.0.1,IP:1.1.1.1"],
		}),
		`[req]
prompt = no
distinguished_name = subject
x509_extensions = extensions
[subject]
CN = cube
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = DNS:cube, IP:::1
`,
	);
});

test("the first start makes a key and a certificate, which later ones find again", async (t) => {
	const { folder, logged, open } = setUp(t);
	const made = await open();
	const read = new X509Certificate(made.current.certificate);
	for (const name of ["cube.lan", "localhost"])
		assert.equal(read.checkHost(name), name);
	for (const address of ["192.0.2.7", "2001:db8::7", "127.0.0.1"])
		assert.equal(read.checkIP(address), address);
	assert.equal(read.ca, false);
	const days = (Date.parse(read.validTo) - Date.parse(read.validFrom)) / day;
	assert.ok(days > 800 && days <= 825, `${days} days`);
	assert.deepEqual(readdirSync(join(folder, "tls")).sort(), [
		"certificate.pem",
		"key.pem",
	]);
	assert.equal(statSync(join(folder, "tls", "key.pem")).mode & 0o777, 0o600);
	assert.deepEqual(
		logged.map(([message]) => message),
		["certificate made"],
	);
	assert.deepEqual((await open()).current, made.current);
	assert.equal(logged.length, 1);
	const text = await run("openssl", [
		...["x509", "-noout", "-text", "-in"],
		join(folder, "tls", "certificate.pem"),
	]);
	assert.match(text.stdout.toString(), /TLS Web Server Authentication/);
});

test("before its end it is renewed with the same key, at a start and while the service runs", async (t) => {
	const { logged, open } = setUp(t);
	t.mock.timers.enable({ apis: ["setInterval"] });
	const clock = new CalendarClock();
	const made = await open({ clock });
	const { certificate, key } = made.current;
	clock.moved = 700 * day;
	const later = await open({ clock });
	assert.equal(later.current.certificate, certificate);
	later.close();
	clock.moved = 790 * day;
	const renewed = new Promise<string>((resolve) =>
		made.onRenewed((next) => resolve(next.certificate)),
	);
	t.mock.timers.tick(3_600_000);
	assert.notEqual(await renewed, certificate);
	assert.equal(made.current.key, key);
	assert.equal(logged.at(-1)?.[0], "certificate renewed");
});

test("what is no certificate any more is made anew", async (t) => {
	const { folder, open } = setUp(t);
	const first = await open();
	for (const name of ["certificate.pem", "key.pem"]) {
		writeFileSync(join(folder, "tls", name), "broken");
		const { current } = await open();
		assert.notEqual(current.certificate, first.current.certificate);
		assert.ok(new X509Certificate(current.certificate));
	}
});

test("the owner's files are used, and a wrong one is named without its secrets", async (t) => {
	const { folder, logged, open } = setUp(t);
	const { current } = await open();
	const [certificate, key, other] = ["a.pem", "b.pem", "c.pem"].map((name) =>
		join(folder, name),
	) as [string, string, string];
	writeFileSync(certificate, current.certificate);
	writeFileSync(key, current.key);
	const used = await open({ certificate, key, folder: "/nowhere" });
	assert.deepEqual(used.current, current);
	writeFileSync(other, "hidden words");
	const wrong = async (options: Options) =>
		open(options).then(
			() => assert.fail("it was taken"),
			(error: unknown) => (error instanceof Error ? error.message : ""),
		);
	assert.equal(
		await wrong({ certificate: "/nowhere/x.pem", key }),
		"tls.certificate in the configuration, /nowhere/x.pem, cannot be used: there is no such file",
	);
	assert.match(
		await wrong({ certificate: other, key }),
		/holds no certificate/,
	);
	assert.match(await wrong({ certificate, key: other }), /no private key/);
	const stranger = setUp(t);
	const { current: another } = await stranger.open();
	writeFileSync(other, another.key);
	assert.match(await wrong({ certificate, key: other }), /do not belong/);
	const clock = new CalendarClock();
	clock.moved = 810 * day;
	await open({ certificate, key, clock });
	assert.match(String(logged.at(-1)?.[0]), /certificate ends/);
	assert.equal(readFileSync(certificate, "utf8"), current.certificate);
});

test("without openssl the error says what to install", async (t) => {
	const { open } = setUp(t);
	const { PATH } = process.env;
	t.after(() => {
		process.env.PATH = PATH;
	});
	const without = mkdtempSync(join(tmpdir(), "onvifd-path-"));
	t.after(() => rmSync(without, { recursive: true }));
	writeFileSync(join(without, "setpriv"), "#!/bin/sh\nexit 127\n", {
		mode: 0o755,
	});
	process.env.PATH = without;
	await assert.rejects(open(), {
		name: "CannotStart",
		message: /openssl is missing: apt-get install openssl, or set tls\./,
	});
});
