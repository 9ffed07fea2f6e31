import assert from "node:assert/strict";
import { test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { envelope, post, SOAP11, security } from "./client.ts";
import { serviceUnderTest } from "./service-under-test.ts";

const messages = new Messages();
const TDS = "http://www.onvif.org/ver10/device/wsdl";
const TRT = "http://www.onvif.org/ver10/media/wsdl";
const getDns = `<GetDNS xmlns="${TDS}"/>`;
const getTime = `<GetSystemDateAndTime xmlns="${TDS}"/>`;
const getProfiles = `<GetProfiles xmlns="${TRT}"/>`;

test("SOAP 1.2 is answered in SOAP 1.2, on any path under /onvif/ and on /Events", async (t) => {
	const { url } = await serviceUnderTest(t);
	for (const path of ["/onvif/device_service", "/onvif/x/y?z=1", "/Events"]) {
		const answer = await post(url + path, envelope(getProfiles));
		assert.equal(answer.status, 200, answer.text);
		assert.equal(
			answer.headers.get("content-type"),
			"application/soap+xml; charset=utf-8",
		);
		assert.match(answer.text, /<trt:Profiles token="profile3" fixed="true">/);
		messages.add(answer.text);
	}
});

test("SOAP 1.1 is answered in SOAP 1.1", async (t) => {
	const { url } = await serviceUnderTest(t);
	const body = envelope(
		getDns,
		security("admin", "s3cret & <more>", SOAP11),
		SOAP11,
	);
	const answer = await post(`${url}/onvif/device_service`, body, {
		"content-type": "text/xml",
		soapaction: '"http://www.onvif.org/ver10/device/wsdl/CreateUsers"',
	});
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.headers.get("content-type"), "text/xml; charset=utf-8");
	assert.match(
		messages.add(answer.text),
		/<SOAP-ENV:Body><tds:GetDNSResponse>/,
	);
	const refused = await post(
		`${url}/onvif/device_service`,
		envelope("<x/>", "", SOAP11),
	);
	assert.equal(refused.status, 500);
	assert.match(
		messages.add(refused.text),
		/<faultcode>SOAP-ENV:Server<\/faultcode><faultstring>[^<]*not implemented<\/faultstring><detail><ter:ActionNotSupported\/>/,
	);
});

test("content types of clients are taken, others get 415 with a fault", async (t) => {
	const { url } = await serviceUnderTest(t);
	const taken = [
		"application/soap+xml",
		'application/soap+xml;charset=utf-8;action="http://www.onvif.org/x"',
		"application/soap+xml; charset=utf-8;",
		"text/xml; charset=utf-8",
		"application/xml",
		"APPLICATION/SOAP+XML",
	];
	for (const type of taken) {
		const answer = await post(`${url}/onvif/x`, envelope(getTime), {
			"content-type": type,
		});
		assert.equal(answer.status, 200, type);
	}
	for (const type of ["application/json", "multipart/related; x=y", "text"]) {
		const answer = await post(`${url}/onvif/x`, envelope(getTime), {
			"content-type": type,
		});
		assert.equal(answer.status, 415, type);
		messages.add(answer.text);
	}
	const none = await post(
		`${url}/onvif/x`,
		new TextEncoder().encode(envelope(getTime)),
		{},
	);
	assert.equal(none.status, 200, none.text);
});

test("other methods get 405 and Allow", async (t) => {
	const { url } = await serviceUnderTest(t);
	for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
		const answer = await fetch(`${url}/onvif/device_service`, { method });
		assert.equal(answer.status, 405);
		assert.equal(answer.headers.get("allow"), "POST");
		await answer.arrayBuffer();
	}
});

test("what is not served is not implemented, whoever asks", async (t) => {
	const { url } = await serviceUnderTest(t);
	for (const body of [
		`<GetUsers xmlns="${TDS}"/>`,
		'<GetUsers xmlns="urn:nowhere"/>',
		"<constructor/>",
		`<__proto__ xmlns="${TDS}"/>`,
	]) {
		const answer = await post(`${url}/onvif/x`, envelope(body, ""));
		assert.equal(answer.status, 500);
		assert.match(
			messages.add(answer.text),
			/env:Receiver<.*ter:ActionNotSupported<.*is not implemented/,
		);
	}
});

test("an operation's fault is sent; anything else is logged and not sent", async (t) => {
	const { url, log } = await serviceUnderTest(t);
	const setHostname = (name: string) =>
		post(
			`${url}/onvif/x`,
			envelope(
				`<SetHostname xmlns="${TDS}"><Name>${name}</Name></SetHostname>`,
			),
		);
	const fault = await setHostname("&lt;&amp;");
	assert.equal(fault.status, 400);
	assert.match(
		messages.add(fault.text),
		/ter:InvalidArgVal<\/env:Value><env:Subcode><env:Value>ter:InvalidHostname<.*Name is &lt;&amp;</,
	);
	for (const [name, reason] of [
		["broken", /the disk is on fire/],
		["unwritable", /knows no Extra/],
	] as const) {
		const broken = await setHostname(name);
		assert.equal(broken.status, 500);
		assert.doesNotMatch(messages.add(broken.text), reason);
		assert.match(String(log.at(-1)?.fields.reason), reason);
		assert.equal(log.at(-1)?.level, "error");
	}
	assert.equal(log.length, 3);
});

test("addressing is echoed, on faults too", async (t) => {
	const { url } = await serviceUnderTest(t);
	const header = `<a:Action xmlns:a="http://www.w3.org/2005/08/addressing">${TDS}/GetDNS</a:Action><a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">urn:uuid:1&amp;2</a:MessageID><a:ReplyTo xmlns:a="http://www.w3.org/2005/08/addressing"><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>`;
	const answer = await post(
		`${url}/onvif/x`,
		envelope(getDns, header + security()),
	);
	assert.match(
		messages.add(answer.text),
		/<wsa:Action>http:\/\/www.onvif.org\/ver10\/device\/wsdl\/GetDNSResponse<\/wsa:Action><wsa:RelatesTo>urn:uuid:1&amp;2</,
	);
	const refused = await post(`${url}/onvif/x`, envelope(getDns, header));
	assert.equal(refused.status, 401);
	assert.match(
		messages.add(refused.text),
		/<wsa:Action>http:\/\/www.w3.org\/2005\/08\/addressing\/soap\/fault<\/wsa:Action><wsa:RelatesTo>urn:uuid:1/,
	);
	const twice = await post(
		`${url}/onvif/x`,
		envelope(getDns, header + header + security()),
	);
	assert.match(messages.add(twice.text), /wsa:InvalidAddressingHeader/);
});

test("an unknown header that must be understood is a fault, unless it is for others", async (t) => {
	const { url } = await serviceUnderTest(t);
	const block = (more: string) =>
		`<x xmlns="urn:x" xmlns:e="http://www.w3.org/2003/05/soap-envelope" ${more}/>`;
	const ask = (more: string) =>
		post(`${url}/onvif/x`, envelope(getTime, block(more)));
	const fault = await ask('e:mustUnderstand="true"');
	assert.equal(fault.status, 500);
	assert.match(messages.add(fault.text), /env:MustUnderstand<.*\{urn:x\}x/);
	assert.equal((await ask('e:mustUnderstand="0"')).status, 200);
	assert.equal(
		(await ask('e:mustUnderstand="1" e:role="urn:other"')).status,
		200,
	);
});

test("an answer is written once while its revision stays", async (t) => {
	const { url, state } = await serviceUnderTest(t);
	const ask = () => post(`${url}/onvif/x`, envelope(getProfiles));
	const first = await ask();
	assert.equal((await ask()).text, first.text);
	assert.equal(state.runs, 1);
	state.revision++;
	assert.equal((await ask()).text, first.text);
	assert.equal(state.runs, 2);
	const guest = envelope(getProfiles, security("nobody", "x"));
	assert.equal((await post(`${url}/onvif/x`, guest)).status, 401);
});

test("every answer above is as the schemas have it", (t) =>
	messages.validate(t));
