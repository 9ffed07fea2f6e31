import { escapeAttribute, escapeText } from "../xml/escape.ts";
import type { Probe, Resolve } from "./request.ts";
import {
	april2005,
	type DiscoveryVersion,
	deviceNamespace,
	networkNamespace,
	soap11,
	soap12,
} from "./versions.ts";

/** WS-Discovery's AppSequence: order among the messages of one start of the device. */
export interface Sequence {
	readonly instanceId: number;
	readonly messageNumber: number;
}

/** What a Hello or a match tells of the device. */
export interface Target {
	readonly endpointReference: string;
	readonly scopes: readonly string[];
	readonly xaddrs: readonly string[];
	readonly metadataVersion: number;
}

interface Heading {
	readonly version: DiscoveryVersion;
	readonly soap: string;
	readonly action: string;
	readonly messageId: string;
	readonly sequence: Sequence;
	/** MessageID of the request that is answered; none in what goes to everybody. */
	readonly relatesTo?: string;
}

/** Both of Core's types: Profile S clients ask for the first, Profile T's for the second. */
const TYPES = "dn:NetworkVideoTransmitter tds:Device";

/** ONVIF's version alone: two Hellos would list the device twice where both are heard. */
export function writeHello(
	target: Target,
	messageId: string,
	sequence: Sequence,
): Buffer {
	return writeEnvelope(
		multicastHeading("Hello", messageId, sequence),
		`<d:Hello>${writeTarget(target)}</d:Hello>`,
	);
}

export function writeBye(
	endpointReference: string,
	messageId: string,
	sequence: Sequence,
): Buffer {
	return writeEnvelope(
		multicastHeading("Bye", messageId, sequence),
		`<d:Bye>${writeReference(endpointReference)}</d:Bye>`,
	);
}

/** ProbeMatches or ResolveMatches with the one device, in the request's versions. */
export function writeMatches(
	request: Probe | Resolve,
	target: Target,
	messageId: string,
	sequence: Sequence,
): Buffer {
	const { kind, version, soap } = request;
	return writeEnvelope(
		{
			version,
			soap,
			action: `${version.discovery}/${kind}Matches`,
			messageId,
			sequence,
			relatesTo: request.messageId,
		},
		`<d:${kind}Matches><d:${kind}Match>${writeTarget(target)}</d:${kind}Match></d:${kind}Matches>`,
	);
}

/** The fault for a unicast Probe by a rule that is not supported (Core, "SOAP Fault Messages"). */
export function writeRuleFault(
	request: Probe,
	messageId: string,
	sequence: Sequence,
): Buffer {
	const { version, soap } = request;
	const rules = version.rules.map((rule) => `${version.discovery}/${rule}`);
	const reason = "The matching rule specified is not supported";
	const supported = `<d:SupportedMatchingRules>${rules.join(" ")}</d:SupportedMatchingRules>`;
	const subcode = "d:MatchingRuleNotSupported";
	return writeEnvelope(
		{
			version,
			soap,
			action: `${version.discovery}/fault`,
			messageId,
			sequence,
			relatesTo: request.messageId,
		},
		soap === soap11
			? `<s:Fault><faultcode>${subcode}</faultcode><faultstring>${reason}</faultstring><detail>${supported}</detail></s:Fault>`
			: `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason><s:Detail>${supported}</s:Detail></s:Fault>`,
	);
}

function multicastHeading(
	name: string,
	messageId: string,
	sequence: Sequence,
): Heading {
	return {
		version: april2005,
		soap: soap12,
		action: `${april2005.discovery}/${name}`,
		messageId,
		sequence,
	};
}

function writeTarget(target: Target): string {
	// A scope is a URI: a blank in one would read as two, and npm onvif stumbles over double blanks.
	const scopes = target.scopes.map((scope) => scope.replace(/\s/g, "%20"));
	return `${writeReference(target.endpointReference)}<d:Types>${TYPES}</d:Types><d:Scopes>${escapeText(scopes.join(" "))}</d:Scopes><d:XAddrs>${escapeText(target.xaddrs.join(" "))}</d:XAddrs><d:MetadataVersion>${target.metadataVersion}</d:MetadataVersion>`;
}

function writeReference(endpointReference: string): string {
	return `<a:EndpointReference><a:Address>${escapeText(endpointReference)}</a:Address></a:EndpointReference>`;
}

function writeEnvelope(heading: Heading, body: string): Buffer {
	const { version, relatesTo, sequence } = heading;
	const namespaces = {
		s: heading.soap,
		a: version.addressing,
		d: version.discovery,
		dn: networkNamespace,
		tds: deviceNamespace,
	};
	const declared = Object.entries(namespaces)
		.map(([prefix, uri]) => ` xmlns:${prefix}="${escapeAttribute(uri)}"`)
		.join("");
	const to = relatesTo === undefined ? version.everybody : version.anonymous;
	const related =
		relatesTo === undefined
			? ""
			: `<a:RelatesTo>${escapeText(relatesTo)}</a:RelatesTo>`;
	const header = `<a:Action>${heading.action}</a:Action><a:MessageID>${heading.messageId}</a:MessageID>${related}<a:To>${to}</a:To><d:AppSequence InstanceId="${sequence.instanceId}" MessageNumber="${sequence.messageNumber}"/>`;
	return Buffer.from(
		`<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope${declared}><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`,
	);
}
