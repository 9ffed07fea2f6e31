import { randomUUID } from "node:crypto";
import {
	april2005,
	type DiscoveryVersion,
	soap12,
} from "../../src/discovery/versions.ts";
import { childOf, type XmlElement } from "../../src/xml/element.ts";
import { parseXml } from "../../src/xml/parse.ts";

export interface ProbeParts {
	readonly version?: DiscoveryVersion;
	readonly soap?: string;
	readonly id?: string;
	readonly types?: string;
	readonly scopes?: string;
	readonly matchBy?: string;
	readonly header?: string;
}

/** A Probe as clients write it: what is left out of `parts` is left out of the message. */
export function probe(parts: ProbeParts = {}): string {
	const { types, scopes, matchBy } = parts;
	const rule = matchBy === undefined ? "" : ` MatchBy="${matchBy}"`;
	return envelope(
		parts,
		"Probe",
		[
			types === undefined ? "" : `<d:Types>${types}</d:Types>`,
			scopes === undefined ? "" : `<d:Scopes${rule}>${scopes}</d:Scopes>`,
		].join(""),
	);
}

export function resolve(address: string, parts: ProbeParts = {}): string {
	return envelope(
		parts,
		"Resolve",
		`<a:EndpointReference><a:Address>${address}</a:Address></a:EndpointReference>`,
	);
}

function envelope(parts: ProbeParts, name: string, content: string): string {
	const { version = april2005, soap = soap12, header = "" } = parts;
	const id = parts.id ?? `urn:uuid:${randomUUID()}`;
	return `<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="${soap}" xmlns:a="${version.addressing}" xmlns:d="${version.discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">
<s:Header><a:Action>${version.discovery}/${name}</a:Action><a:MessageID>${id}</a:MessageID><a:To>${version.everybody}</a:To>${header}</s:Header>
<s:Body><d:${name}>${content}</d:${name}></s:Body></s:Envelope>`;
}

export interface Message {
	readonly soap: string;
	readonly version: DiscoveryVersion;
	readonly action: string | undefined;
	readonly messageId: string | undefined;
	readonly relatesTo: string | undefined;
	readonly to: string | undefined;
	readonly sequence: { readonly instance: number; readonly number: number };
	/** Local name of the body's child. */
	readonly name: string;
	readonly body: XmlElement;
	readonly endpointReference: string | undefined;
	readonly types: string | undefined;
	readonly scopes: string | undefined;
	readonly xaddrs: string | undefined;
	readonly metadataVersion: number;
}

/** Reads what the device sent, strictly, in one version's namespaces. */
export function read(text: string, version = april2005): Message {
	const root = parseXml(text);
	const header = need(childOf(root, root.namespace, "Header"));
	const body = need(childOf(root, root.namespace, "Body")?.children[0]);
	const inHeader = (name: string) =>
		childOf(header, version.addressing, name)?.text;
	const matches = childOf(body, version.discovery, body.name.slice(0, -2));
	const target = matches ?? body;
	const inTarget = (name: string) =>
		childOf(target, version.discovery, name)?.text;
	const reference = childOf(target, version.addressing, "EndpointReference");
	const sequence = childOf(header, version.discovery, "AppSequence");
	const number = (name: string) =>
		Number(sequence?.attributes.find((one) => one.name === name)?.value);
	return {
		soap: root.namespace,
		version,
		action: inHeader("Action"),
		messageId: inHeader("MessageID"),
		relatesTo: inHeader("RelatesTo"),
		to: inHeader("To"),
		sequence: {
			instance: number("InstanceId"),
			number: number("MessageNumber"),
		},
		name: body.name,
		body,
		endpointReference:
			reference && childOf(reference, version.addressing, "Address")?.text,
		types: inTarget("Types"),
		scopes: inTarget("Scopes"),
		xaddrs: inTarget("XAddrs"),
		metadataVersion: Number(inTarget("MetadataVersion")),
	};
}

function need<T>(value: T | undefined): T {
	if (value === undefined) throw new Error("the message lacks its parts");
	return value;
}
