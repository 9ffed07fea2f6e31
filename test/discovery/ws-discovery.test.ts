import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import {
	april2005,
	discoveryVersions,
	january2009,
	soap11,
	soap12,
} from "../../src/discovery/versions.ts";
import { until } from "./asker.ts";
import { run, runForAll } from "./device.ts";
import { SCOPES } from "./identity.ts";
import { probe, read, resolve } from "./soap.ts";

describe("a device that runs", () => {
	const device = runForAll();

	for (const version of discoveryVersions)
		for (const soap of [soap12, soap11])
			test(`answers a Probe of ${version.discovery} in ${soap}`, async () => {
				const { asker, identity } = device();
				const id = `urn:uuid:${randomUUID()}`;
				asker.multicast(probe({ version, soap, id }));
				const [heard] = await asker.answers(id);
				const answer = read(heard?.text ?? "", version);
				assert.equal(answer.soap, soap);
				assert.equal(answer.name, "ProbeMatches");
				assert.equal(answer.action, `${version.discovery}/ProbeMatches`);
				assert.equal(answer.relatesTo, id);
				assert.equal(answer.to, version.anonymous);
				assert.equal(answer.endpointReference, identity.endpointReference);
				assert.equal(answer.types, "dn:NetworkVideoTransmitter tds:Device");
				assert.equal(answer.scopes, SCOPES.join(" "));
				assert.equal(
					answer.xaddrs,
					"http://127.0.0.1:8080/onvif/device_service",
				);
				assert.equal(answer.metadataVersion, 7);
				assert.ok(answer.sequence.instance > 1_600_000_000);
				assert.ok(answer.sequence.number > 0);
			});

	test("answers a Probe sent to it alone, at once", async (t) => {
		// An answer to all would take minutes.
		const { asker } = await run(t, { random: () => 1000 });
		const id = `urn:uuid:${randomUUID()}`;
		asker.unicast(probe({ id, types: "tds:Device" }));
		const [heard] = await asker.answers(id);
		assert.equal(read(heard?.text ?? "").name, "ProbeMatches");
	});

	test("resolves its own endpoint reference and no other", async () => {
		const { asker, identity } = device();
		for (const version of discoveryVersions) {
			const other = `urn:uuid:${randomUUID()}`;
			const id = `urn:uuid:${randomUUID()}`;
			asker.multicast(resolve(`urn:uuid:${randomUUID()}`, { id: other }));
			asker.multicast(resolve(identity.endpointReference, { id, version }));
			const [heard] = await asker.answers(id);
			const answer = read(heard?.text ?? "", version);
			assert.equal(answer.name, "ResolveMatches");
			assert.equal(answer.action, `${version.discovery}/ResolveMatches`);
			assert.equal(answer.xaddrs, "http://127.0.0.1:8080/onvif/device_service");
			assert.ok(!asker.heard.some(({ text }) => text.includes(other)));
		}
	});

	test("repeats the MessageID whatever stands in it", async () => {
		const { asker } = device();
		const id = `uuid:${randomUUID()}?a=1&amp;b=&lt;c&gt;"'é`;
		asker.multicast(probe({ id: `\n  ${id}\n` }));
		const [heard] = await asker.answers("é");
		assert.equal(
			read(heard?.text ?? "").relatesTo,
			id.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"),
		);
	});

	test("answers the copies of a Probe once, and each Probe in its turn", async () => {
		const { asker } = device();
		const ids = [1, 2, 3].map(() => `uuid:${randomUUID()}`);
		for (const round of [1, 2, 3])
			for (const id of ids)
				asker.multicast(probe({ id, header: `<x>${round}</x>` }));
		const last = `uuid:${randomUUID()}`;
		for (const id of ids) await asker.answers(id);
		asker.unicast(probe({ id: last }));
		await asker.answers(last);
		for (const id of ids) assert.equal((await asker.answers(id)).length, 1);
	});

	test("numbers its messages and never uses a MessageID twice", async () => {
		const { asker } = device();
		const messages = asker.heard
			.filter(({ text }) => text.includes(april2005.discovery))
			.map(({ text }) => read(text));
		assert.ok(messages.length > 4);
		const unique = (values: unknown[]) => new Set(values).size;
		assert.equal(
			unique(messages.map(({ messageId }) => messageId)),
			messages.length,
		);
		assert.equal(
			unique(messages.map(({ sequence }) => sequence.number)),
			messages.length,
		);
	});

	test("tells who asks it alone by an unknown rule which rules there are", async () => {
		const { asker } = device();
		for (const version of discoveryVersions)
			for (const soap of [soap12, soap11]) {
				const matchBy = `${version.discovery}/ldap`;
				const silent = `uuid:${randomUUID()}`;
				const id = `uuid:${randomUUID()}`;
				const parts = { version, soap, scopes: "ldap:///x", matchBy };
				asker.multicast(probe({ ...parts, id: silent }));
				asker.unicast(probe({ ...parts, id }));
				const [heard] = await asker.answers(id);
				const text = heard?.text ?? "";
				const answer = read(text, version);
				assert.equal(answer.soap, soap);
				assert.equal(answer.name, "Fault");
				assert.equal(answer.action, `${version.discovery}/fault`);
				assert.match(text, />d:MatchingRuleNotSupported</);
				assert.match(
					text,
					new RegExp(`<d:SupportedMatchingRules>${version.discovery}/rfc3986 `),
				);
				assert.ok(!asker.heard.some((one) => one.text.includes(silent)));
			}
	});

	test("answers nobody but the sender, whatever ReplyTo says", async () => {
		const { asker } = device();
		const id = `uuid:${randomUUID()}`;
		asker.multicast(
			probe({
				id,
				header:
					"<a:ReplyTo><a:Address>soap.udp://192.0.2.77:9</a:Address></a:ReplyTo>",
			}),
		);
		assert.equal((await asker.answers(id)).length, 1);
	});
});

test("a device says Hello when it starts and Bye when it stops", async (t) => {
	const { asker, discovery, identity } = await run(t);
	const hellos = await asker.announcements("/discovery/Hello", 3);
	const hello = read(hellos[0]?.text ?? "");
	assert.equal(new Set(hellos.map(({ text }) => text)).size, 1);
	assert.equal(hello.to, april2005.everybody);
	assert.equal(hello.endpointReference, identity.endpointReference);
	assert.equal(hello.types, "dn:NetworkVideoTransmitter tds:Device");
	assert.equal(hello.scopes, SCOPES.join(" "));
	assert.equal(hello.xaddrs, "http://127.0.0.1:8080/onvif/device_service");
	assert.equal(hello.metadataVersion, 7);
	await discovery.stop();
	const byes = await asker.announcements("/discovery/Bye", 2);
	const bye = read(byes[0]?.text ?? "");
	assert.equal(bye.endpointReference, identity.endpointReference);
	assert.ok(bye.sequence.number > hello.sequence.number);
	assert.equal(bye.sequence.instance, hello.sequence.instance);
});

test("a change of scopes is a new MetadataVersion and a Hello with the new ones", async (t) => {
	const { asker, discovery, identity } = await run(t);
	await asker.announcements("/discovery/Hello", 3);
	identity.own.push("onvif://www.onvif.org/location/floor/R5");
	discovery.changed(identity);
	const [hello] = await asker.announcements("/floor/R5");
	assert.equal(read(hello?.text ?? "").metadataVersion, 8);
	const id = `uuid:${randomUUID()}`;
	asker.multicast(
		probe({ id, scopes: "onvif://www.onvif.org/location/floor" }),
	);
	const [heard] = await asker.answers(id);
	assert.equal(read(heard?.text ?? "").metadataVersion, 8);
});

test("a device that is not discoverable neither answers nor announces", async (t) => {
	const { asker, discovery, identity } = await run(t, { random: () => 0 });
	await asker.announcements("/discovery/Hello", 3);
	identity.mode = false;
	identity.asked = 0;
	discovery.changed(identity);
	await until(() => identity.asked === 1);
	const probes = [1, 2].map(() => `uuid:${randomUUID()}`);
	asker.multicast(probe({ id: probes[0] }));
	asker.unicast(probe({ id: probes[1] }));
	asker.unicast(resolve(identity.endpointReference));
	await until(() => identity.asked === 4);
	identity.mode = true;
	const id = `uuid:${randomUUID()}`;
	asker.unicast(probe({ id }));
	await asker.answers(id);
	assert.equal(asker.heard.length, 1);
	identity.mode = false;
	await discovery.stop();
	assert.equal(
		asker.announced.filter(({ text }) => text.includes("/Hello")).length,
		3,
	);
	assert.ok(!asker.announced.some(({ text }) => text.includes("/Bye")));
});

test("several devices share the port and each is found", async (t) => {
	const first = await run(t);
	const port = first.asker.port;
	const second = await run(t, { port });
	const id = `uuid:${randomUUID()}`;
	first.asker.multicast(probe({ id, version: january2009 }));
	const heard = await first.asker.answers(id, 2);
	assert.deepEqual(
		heard.map(({ text }) => read(text, january2009).endpointReference).sort(),
		[first, second].map((one) => one.identity.endpointReference).sort(),
	);
});
