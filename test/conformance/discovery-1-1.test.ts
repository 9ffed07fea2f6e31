import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Asker } from "../discovery/asker.ts";
import { type Message, probe, read } from "../discovery/soap.ts";
import { until } from "../helpers/media.ts";
import { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, tds } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { list, type Tree, text } from "./tree.ts";

const messages = new Messages();
const SCOPE = "onvif://www.onvif.org/";
const MANDATORY = ["type", "location", "hardware", "name"];

/** What a Hello or ProbeMatch must hold. */
function assertWhole(message: Message | undefined): void {
	assert.match(message?.endpointReference ?? "", /^urn:uuid:/);
	assert.match(message?.types ?? "", /(^| )dn:NetworkVideoTransmitter( |$)/);
	assert.match(
		message?.xaddrs ?? "",
		/^http:\/\/127\.0\.0\.1:\d+\/onvif\/device_service$/,
	);
	const scopes = message?.scopes?.split(" ") ?? [];
	for (const one of MANDATORY)
		assert.ok(
			scopes.some((scope) => scope.startsWith(`${SCOPE}${one}/`)),
			`${one} in ${message?.scopes}`,
		);
}

describe("discovery of the running service", () => {
	let device: DeviceUnderTest;
	let asker: Asker;
	let endpointReference = "";
	before(async () => {
		asker = new Asker(3702);
		await asker.open();
		device = await DeviceUnderTest.start(messages, {
			config: { discovery: { mdns: false, interfaces: ["lo"] } },
		});
		endpointReference = text(await ask(tds("GetEndpointReference")), "GUID");
	});
	after(async () => {
		await device.service.remove();
		await asker.close();
	});

	async function ask(body: Element): Promise<Tree> {
		const answer = await device.ask(body);
		assert.equal(answer.status, 200, answer.text);
		return answer.body;
	}

	/** What this device, of all on this host, has said to all or answered. */
	const said = (from: Asker["heard"]) =>
		from
			.filter((one) => one.text.includes(endpointReference))
			.map((one) => read(one.text));
	const announced = (name: string) =>
		said(asker.announced).filter((message) => message.name === name);

	/** The device's one answer to a probe. */
	async function found(parts: Parameters<typeof probe>[0]): Promise<Message> {
		const id = `urn:uuid:${randomUUID()}`;
		const mine = () =>
			said(asker.heard).filter(({ relatesTo }) => relatesTo === id);
		asker.multicast(probe({ ...parts, id }));
		await until(() => mine().length > 0, "an answer to the probe");
		const [answer] = mine();
		assert.ok(answer);
		return answer;
	}

	/** That probes are not answered: others that were sent after them have been. */
	async function unanswered(
		...probes: Parameters<typeof probe>[0][]
	): Promise<void> {
		const ids = probes.map((parts) => {
			const id = `urn:uuid:${randomUUID()}`;
			asker.multicast(probe({ ...parts, id }));
			return id;
		});
		// Answers are spread over a tenth of a second.
		for (let round = 0; round < 5; round++) await found({});
		for (const { relatesTo } of said(asker.heard))
			assert.ok(!ids.includes(relatesTo ?? ""));
	}

	const scopes = async () =>
		list(await ask(tds("GetScopes")), "Scopes").map((one) =>
			text(one, "ScopeItem"),
		);

	test("DISCOVERY-1-1-3: a probe for each kind of scope is answered", async () => {
		const known = await scopes();
		for (const one of MANDATORY) {
			const scope = known.find((each) => each.startsWith(`${SCOPE}${one}/`));
			assert.ok(scope, one);
			assertWhole(
				await found({ types: "dn:NetworkVideoTransmitter", scopes: scope }),
			);
		}
	});

	test("DISCOVERY-1-1-4: a probe for nothing in particular is answered", async () => {
		assertWhole(await found({}));
	});

	test("DISCOVERY-1-1-5: a probe for something else is not answered", async () => {
		await unanswered(
			{ types: "dn:InvalidType", scopes: `${SCOPE}type/video_encoder` },
			{
				types: "dn:NetworkVideoTransmitter",
				scopes: `${SCOPE}invalid/scope`,
			},
		);
	});

	test("DISCOVERY-1-1-11: changed scopes are announced and found; removed ones are not", async () => {
		const added = `${SCOPE}location/room/${randomUUID()}`;
		const hello = (has: boolean) => () =>
			announced("Hello").at(-1)?.scopes?.includes(added) === has;
		const { metadataVersion } = await found({});
		await ask(tds("AddScopes", [tds("ScopeItem", added)]));
		await until(hello(true), "a Hello with the new scope");
		const answer = await found({ scopes: added });
		assertWhole(answer);
		assert.ok(answer.metadataVersion > metadataVersion);
		await ask(tds("RemoveScopes", [tds("ScopeItem", added)]));
		await until(hello(false), "a Hello without it");
		await unanswered({ scopes: added });
	});

	test("DISCOVERY-1-1-2, -8: SystemReboot says Bye, and then Hello", async () => {
		const hellos = announced("Hello").length;
		await ask(tds("SystemReboot"));
		await until(() => announced("Bye").length > 0, "a Bye");
		await until(() => announced("Hello").length > hellos, "a Hello");
		const last = announced("Hello").at(-1);
		assertWhole(last);
		assert.equal(last?.endpointReference, endpointReference);
	});
});

describe("a service that is not to be discovered", () => {
	test("DISCOVERY-1-1-9: it neither answers nor announces, after a reboot either", async () => {
		const asker = new Asker(3702);
		await asker.open();
		const device = await DeviceUnderTest.start(messages, {
			config: { discovery: { mdns: false, interfaces: ["lo"] } },
		});
		const mode = async () =>
			text((await device.ask(tds("GetDiscoveryMode"))).body, "DiscoveryMode");
		try {
			const guid = text(
				(await device.ask(tds("GetEndpointReference"))).body,
				"GUID",
			);
			const all = () =>
				[...asker.announced, ...asker.heard].filter((one) =>
					one.text.includes(guid),
				).length;
			assert.equal(await mode(), "Discoverable");
			await until(() => all() >= 3, "Hello, and its two repetitions");
			const set = tds("SetDiscoveryMode", [
				tds("DiscoveryMode", "NonDiscoverable"),
			]);
			assert.equal((await device.ask(set)).status, 200);
			assert.equal(await mode(), "NonDiscoverable");
			const heard = all();
			asker.multicast(probe());
			assert.equal((await device.ask(tds("SystemReboot"))).status, 200);
			const urls = () =>
				device.service.stdout().match(/http:\S+(?=\/onvif\/device_service)/g) ??
				[];
			await until(() => urls().length === 2, "the device starts again");
			assert.equal(all(), heard);
			const again = new DeviceUnderTest(
				{ ...device.service, url: urls()[1] ?? "" },
				messages,
			);
			const reset = tds("SetDiscoveryMode", [
				tds("DiscoveryMode", "Discoverable"),
			]);
			assert.equal((await again.ask(reset)).status, 200);
			await until(() => all() > heard, "a Hello");
		} finally {
			await device.service.remove();
			await asker.close();
		}
	});
});

test("every answer above is as the schemas have it", (t) =>
	messages.validate(t));
