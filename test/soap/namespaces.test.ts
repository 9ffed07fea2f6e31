import assert from "node:assert/strict";
import { test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { post, SOAP12, security } from "./client.ts";
import { serviceUnderTest } from "./service-under-test.ts";

const messages = new Messages();
const TDS = "http://www.onvif.org/ver10/device/wsdl";
const TT = "http://www.onvif.org/ver10/schema";

interface Style {
	/** ONVIF's case that sends such messages. */
	readonly case: string;
	readonly getDns: (header: string) => string;
	readonly setDns: (header: string, server: string) => string;
}

const styles: readonly Style[] = [
	{
		case: "DEVICE-6-1-1: a default namespace on each tag",
		getDns: (header) =>
			`<Envelope xmlns="${SOAP12}"><Header xmlns="${SOAP12}">${header}</Header><Body xmlns="${SOAP12}"><GetDNS xmlns="${TDS}"/></Body></Envelope>`,
		setDns: (header, server) =>
			`<Envelope xmlns="${SOAP12}"><Header xmlns="${SOAP12}">${header}</Header><Body xmlns="${SOAP12}"><SetDNS xmlns="${TDS}"><FromDHCP xmlns="${TDS}">false</FromDHCP><DNSManual xmlns="${TDS}"><Type xmlns="${TT}">IPv4</Type><IPv4Address xmlns="${TT}">${server}</IPv4Address></DNSManual></SetDNS></Body></Envelope>`,
	},
	{
		case: "DEVICE-6-1-2: a default namespace on the parent",
		getDns: (header) =>
			`<Envelope xmlns="${SOAP12}"><Header>${header}</Header><Body><GetDNS xmlns="${TDS}"/></Body></Envelope>`,
		setDns: (header, server) =>
			`<Envelope xmlns="${SOAP12}" xmlns:tt="${TT}"><Header>${header}</Header><Body><SetDNS xmlns="${TDS}"><FromDHCP>false</FromDHCP><DNSManual><tt:Type>IPv4</tt:Type><tt:IPv4Address>${server}</tt:IPv4Address></DNSManual></SetDNS></Body></Envelope>`,
	},
	{
		case: "DEVICE-6-1-3: prefixes that nobody expects",
		getDns: (header) =>
			`<tt:Envelope xmlns:tt="${SOAP12}" xmlns:_-.é="${TDS}"><tt:Header>${header}</tt:Header><tt:Body><_-.é:GetDNS/></tt:Body></tt:Envelope>`,
		setDns: (header, server) =>
			`<tds:Envelope xmlns:tds="${SOAP12}" xmlns:tt="${TDS}" xmlns:s="${TT}"><tds:Header>${header}</tds:Header><tds:Body><tt:SetDNS><tt:FromDHCP>0</tt:FromDHCP><tt:DNSManual><s:Type>IPv4</s:Type><s:IPv4Address>${server}</s:IPv4Address></tt:DNSManual></tt:SetDNS></tds:Body></tds:Envelope>`,
	},
	{
		case: "DEVICE-6-1-4: two prefixes for one namespace",
		getDns: (header) =>
			`<a:Envelope xmlns:a="${SOAP12}" xmlns:b="${SOAP12}" xmlns:c="${TDS}"><b:Header>${header}</b:Header><a:Body><c:GetDNS xmlns:d="${TDS}"></c:GetDNS></a:Body></a:Envelope>`,
		setDns: (header, server) =>
			`<a:Envelope xmlns:a="${SOAP12}" xmlns:b="${SOAP12}" xmlns:c="${TDS}" xmlns:d="${TDS}" xmlns:e="${TT}" xmlns:f="${TT}"><b:Header>${header}</b:Header><a:Body><c:SetDNS><d:FromDHCP>false</d:FromDHCP><c:DNSManual><e:Type>IPv4</e:Type><f:IPv4Address>${server}</f:IPv4Address></c:DNSManual></c:SetDNS></a:Body></a:Envelope>`,
	},
	{
		case: "DEVICE-6-1-5: one prefix for several namespaces",
		getDns: (header) =>
			`<p:Envelope xmlns:p="${SOAP12}"><p:Header>${header}</p:Header><p:Body><p:GetDNS xmlns:p="${TDS}"/></p:Body></p:Envelope>`,
		setDns: (header, server) =>
			`<p:Envelope xmlns:p="${SOAP12}"><p:Header>${header}</p:Header><p:Body><p:SetDNS xmlns:p="${TDS}"><p:FromDHCP>false</p:FromDHCP><p:DNSManual><p:Type xmlns:p="${TT}">IPv4</p:Type><p:IPv4Address xmlns:p="${TT}">${server}</p:IPv4Address></p:DNSManual></p:SetDNS></p:Body></p:Envelope>`,
	},
];

for (const [at, style] of styles.entries())
	test(style.case, async (t) => {
		const { url, state } = await serviceUnderTest(t);
		const ask = async (body: string) => {
			const answer = await post(`${url}/onvif/device_service`, body);
			assert.equal(answer.status, 200, answer.text);
			return messages.add(answer.text);
		};
		const server = `192.0.2.${at + 1}`;
		const answer = await ask(style.setDns(security(), server));
		assert.match(answer, /<tds:SetDNSResponse\/>/);
		assert.deepEqual(state.dns, [server]);
		assert.match(
			await ask(style.getDns(security())),
			new RegExp(`<tt:IPv4Address>${server}</tt:IPv4Address>`),
		);
	});

test("every answer above is as the schemas have it", (t) =>
	messages.validate(t));
