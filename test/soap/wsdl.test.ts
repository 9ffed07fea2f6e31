import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { XMLParser } from "fast-xml-parser";
import { type Client, createClientAsync, WSSecurity } from "soap";
import { Messages } from "../helpers/validate.ts";
import { serviceUnderTest } from "./service-under-test.ts";

const messages = new Messages();
const folder = path.join(import.meta.dirname, "../../wsdl");

/** Calls an operation by the WSDL, and keeps the request and the answer for validation. */
async function call(
	client: Client,
	operation: string,
	argument: object,
): Promise<unknown> {
	try {
		const answered: unknown = await client[`${operation}Async`](argument);
		return Array.isArray(answered) ? answered[0] : undefined;
	} finally {
		messages.add(client.lastRequest ?? "");
		if (typeof client.lastResponse === "string")
			messages.add(client.lastResponse);
	}
}

async function clientOf(
	name: string,
	url: string,
	password?: string,
): Promise<Client> {
	const client = await createClientAsync(
		path.join(folder, `${name}.wsdl`),
		{ forceSoap12Headers: true },
		`${url}/onvif/device_service`,
	);
	if (password !== undefined)
		client.setSecurity(
			new WSSecurity("admin", password, {
				hasNonce: true,
				passwordType: "PasswordDigest",
			}),
		);
	return client;
}

test("the soap package works by device.wsdl, offline", async (t) => {
	const { url, state } = await serviceUnderTest(t);
	const client = await clientOf("device", url, "s3cret & <more>");
	assert.deepEqual(await call(client, "GetSystemDateAndTime", {}), {
		SystemDateAndTime: {
			DateTimeType: "NTP",
			DaylightSavings: false,
			TimeZone: { TZ: "UTC0" },
		},
	});
	state.dns = ["192.0.2.1", "192.0.2.2"];
	const answer = await call(client, "GetDNS", {});
	assert.deepEqual(answer, {
		DNSInformation: {
			FromDHCP: false,
			DNSManual: [
				{ Type: "IPv4", IPv4Address: "192.0.2.1" },
				{ Type: "IPv4", IPv4Address: "192.0.2.2" },
			],
		},
	});
});

test("the soap package works by media.wsdl, offline", async (t) => {
	const { url } = await serviceUnderTest(t);
	const client = await clientOf("media", url, "s3cret & <more>");
	const answer = await call(client, "GetProfiles", {});
	assert.match(
		JSON.stringify(answer),
		/"token":"profile0".*"Name":"Camera & <friends>".*"Encoding":"H264".*"SessionTimeout":"PT60S"/,
	);
});

test("a fault reaches the soap package as one", async (t) => {
	const { url } = await serviceUnderTest(t);
	const client = await clientOf("device", url, "wrong");
	await assert.rejects(call(client, "GetDNS", {}), /Sender not Authorized|401/);
});

test("the WSDL is served to anybody, with the address that it was asked at", async (t) => {
	const { url } = await serviceUnderTest(t);
	for (const name of ["device", "media"]) {
		const answer = await fetch(`${url}/onvif/wsdl/${name}.wsdl`);
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.get("content-type"), "text/xml; charset=utf-8");
		const text = await answer.text();
		assert.ok(
			text.includes(`<soap:address location="${url}/onvif/${name}_service"/>`),
		);
		assert.doesNotMatch(text, /schemaLocation|\.invalid/);
		new XMLParser().parse(text, true);
		const client = await createClientAsync(`${url}/onvif/wsdl/${name}.wsdl`);
		assert.ok(Object.keys(client.describe()).length > 0);
	}
	const other = await fetch(`${url}/onvif/wsdl/..%2f..%2fpackage.json`);
	assert.equal(other.status, 405);
	await other.arrayBuffer();
});

test("requests and answers are as the schemas have them", (t) =>
	messages.validate(t));
