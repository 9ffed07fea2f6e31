import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { patienceMs } from "../helpers/patience.ts";
import { administrator } from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, tds, trt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { at, list, type Tree, text } from "./tree.ts";

const messages = new Messages();
const TDS = "http://www.onvif.org/ver10/device/wsdl";
const TRT = "http://www.onvif.org/ver10/media/wsdl";

describe("the device service of the running service", () => {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages);
	});
	after(() => device.service.remove());

	async function ask(body: Element): Promise<Tree> {
		const answer = await device.ask(body);
		assert.equal(answer.status, 200, answer.text);
		return answer.body;
	}

	async function services(include: boolean): Promise<Map<string, Tree>> {
		const answer = await ask(
			tds("GetServices", [tds("IncludeCapability", String(include))]),
		);
		return new Map(
			list(answer, "Service").map((one) => [text(one, "Namespace"), one]),
		);
	}

	const capabilities = (category: string) =>
		tds("GetCapabilities", [tds("Category", category)]);

	test("DEVICE-1-1-1: the WSDL's address is one, and serves it", async () => {
		const url = text(await ask(tds("GetWsdlUrl")), "WsdlUrl");
		const answer = await fetch(new URL(url));
		assert.equal(answer.status, 200);
		assert.match(await answer.text(), /<wsdl:definitions/);
	});

	for (const [id, category] of [
		["DEVICE-1-1-3", "Device"],
		["DEVICE-1-1-4", "Media"],
	] as const)
		test(`${id}: the capabilities of ${category} alone`, async () => {
			const told = at(await ask(capabilities(category)), "Capabilities");
			assert.deepEqual(Object.keys(told ?? {}), [category]);
			assert.ok(URL.canParse(text(told, category, "XAddr")));
		});

	for (const [id, category] of [
		["DEVICE-1-1-6", "PTZ"],
		["DEVICE-1-1-10", "Imaging"],
		["DEVICE-1-1-11", "Analytics"],
	] as const)
		test(`${id}: ${category}, which is not served, is NoSuchService`, async () => {
			const answer = await device.ask(capabilities(category));
			assert.equal(at(answer.body, "Capabilities"), undefined);
			assert.match(
				answer.text,
				/:Receiver<.*:ActionNotSupported<.*:NoSuchService</,
			);
		});

	test("DEVICE-1-1-9: an unknown category is a fault", async () => {
		const answer = await device.ask(capabilities("XYZ"));
		assert.equal(answer.status, 400);
		assert.match(answer.text, /:Sender<.*:InvalidArgVal</);
	});

	for (const [id, namespace] of [
		["DEVICE-1-1-13", TDS],
		["DEVICE-1-1-14", TRT],
	] as const)
		test(`${id}: GetServices tells ${namespace}, with capabilities when asked to`, async () => {
			const without = (await services(false)).get(namespace);
			assert.ok(without);
			assert.equal(at(without, "Capabilities"), undefined);
			const told = (await services(true)).get(namespace);
			assert.ok(at(told, "Capabilities", "Capabilities"));
		});

	for (const [id, namespace, request] of [
		["DEVICE-1-1-19", TDS, tds("GetServiceCapabilities")],
		["MEDIA-8-1-2", TRT, trt("GetServiceCapabilities")],
	] as const)
		test(`${id}: GetServices and GetServiceCapabilities say the same`, async () => {
			const told = (await services(true)).get(namespace);
			assert.deepEqual(
				at(await ask(request), "Capabilities"),
				at(told, "Capabilities", "Capabilities"),
			);
		});

	test("DEVICE-1-1-30: GetServices and GetCapabilities do not contradict each other", async () => {
		const told = at(await ask(capabilities("All")), "Capabilities", "Device");
		const known = at(
			(await services(true)).get(TDS),
			"Capabilities",
			"Capabilities",
		);
		// What is there must be found for the rest to mean anything.
		assert.equal(text(told, "System", "DiscoveryBye"), "true");
		for (const [group, name] of [
			["Network", "IPFilter"],
			["Network", "ZeroConfiguration"],
			["Network", "IPVersion6"],
			["Network", "DynDNS"],
			["System", "DiscoveryResolve"],
			["System", "DiscoveryBye"],
			["System", "RemoteDiscovery"],
			["System", "SystemBackup"],
			["System", "SystemLogging"],
			["System", "FirmwareUpgrade"],
			["Security", "TLS1.1"],
			["Security", "TLS1.2"],
			["Security", "OnboardKeyGeneration"],
			["Security", "AccessPolicyConfig"],
			["Security", "X.509Token"],
			["Security", "SAMLToken"],
			["Security", "KerberosToken"],
			["Security", "RELToken"],
		] as const)
			assert.equal(
				text(told, group, name) === "true",
				text(known, group, `@${name}`) === "true",
				`${group} ${name}`,
			);
	});

	test("DEVICE-1-1-31: every service's address is where it was asked", async () => {
		for (const one of (await services(false)).values()) {
			const { origin, pathname, search, hash } = new URL(text(one, "XAddr"));
			assert.equal(origin, device.service.url);
			assert.match(pathname, /^\/onvif\/\w+$/);
			assert.equal(search + hash, "");
		}
	});

	test("DEVICE-2-1-4, -11, -17, -25: the network's configuration is told", async () => {
		const dns = await ask(tds("GetDNS"));
		assert.match(text(dns, "DNSInformation", "FromDHCP"), /^(true|false)$/);
		const ntp = await ask(tds("GetNTP"));
		assert.match(text(ntp, "NTPInformation", "FromDHCP"), /^(true|false)$/);
		const interfaces = list(
			await ask(tds("GetNetworkInterfaces")),
			"NetworkInterfaces",
		);
		assert.ok(interfaces.length > 0);
		for (const one of interfaces) {
			assert.ok(text(one, "@token"));
			assert.match(text(one, "Enabled"), /^(true|false)$/);
		}
		const gateway = await ask(tds("GetNetworkDefaultGateway"));
		assert.notEqual(at(gateway, "NetworkGateway"), undefined);
	});

	test("DEVICE-2-1-33: HTTP and RTSP stand in the list of protocols, with their ports", async () => {
		const { http, rtsp } = device.service;
		const protocols = list(
			await ask(tds("GetNetworkProtocols")),
			"NetworkProtocols",
		);
		for (const [name, port] of [
			["HTTP", http],
			["RTSP", rtsp],
		]) {
			const one = protocols.find((each) => text(each, "Name") === name);
			assert.equal(text(one, "Enabled"), "true");
			assert.equal(text(one, "Port"), String(port));
		}
	});

	test("DEVICE-3-1-1: date and time are this host's", async () => {
		const told = at(
			await ask(tds("GetSystemDateAndTime")),
			"SystemDateAndTime",
		);
		assert.match(text(told, "DateTimeType"), /^(Manual|NTP)$/);
		assert.match(text(told, "DaylightSavings"), /^(true|false)$/);
		assert.match(text(told, "TimeZone", "TZ"), /^(<[+-]?\w+>|[A-Za-z]{3,})/);
		const part = (group: string, name: string) =>
			Number(text(told, "UTCDateTime", group, name));
		const time = Date.UTC(
			part("Date", "Year"),
			part("Date", "Month") - 1,
			part("Date", "Day"),
			part("Time", "Hour"),
			part("Time", "Minute"),
			part("Time", "Second"),
		);
		assert.ok(Math.abs(time - Date.now()) < patienceMs);
	});

	test("DEVICE-3-1-9: all of the device's information is told", async () => {
		const told = await ask(tds("GetDeviceInformation"));
		for (const name of [
			"Manufacturer",
			"Model",
			"FirmwareVersion",
			"SerialNumber",
			"HardwareId",
		])
			assert.ok(text(told, name), name);
	});

	test("DEVICE-4-1-1: users are told with their levels", async () => {
		assert.deepEqual(list(await ask(tds("GetUsers")), "User"), [
			{ Username: administrator.name, UserLevel: administrator.level },
		]);
	});

	test("DEVICE-3-1-8: after SystemReboot the device is back", async () => {
		const started = () =>
			device.service.stdout().split("/onvif/device_service").length - 1;
		assert.equal(started(), 1);
		assert.ok(text(await ask(tds("SystemReboot")), "Message"));
		await until(() => started() === 2, "the device starts again");
		assert.equal(device.service.process.exitCode, null);
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
