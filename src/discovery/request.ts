import { decodeXml } from "../xml/decode.ts";
import {
	attributeOf,
	childOf,
	type QName,
	resolveQName,
	type XmlElement,
} from "../xml/element.ts";
import { XmlError } from "../xml/error.ts";
import { parseXml } from "../xml/parse.ts";
import {
	type DiscoveryVersion,
	discoveryVersions,
	soap11,
	soap12,
} from "./versions.ts";

const MAX_LIST = 64;
const MAX_ID = 1024;

interface Asked {
	readonly version: DiscoveryVersion;
	/** The envelope's namespace: SOAP 1.1 or 1.2, and the answer's. */
	readonly soap: string;
	readonly messageId: string;
}

export interface Probe extends Asked {
	readonly kind: "Probe";
	/** undefined: a type whose name says nothing to us, its prefix being unbound. */
	readonly types: readonly (QName | undefined)[];
	readonly scopes: readonly string[];
	/** Last part of a supported rule's URI; undefined: a rule we do not know. */
	readonly rule: string | undefined;
}

export interface Resolve extends Asked {
	readonly kind: "Resolve";
	readonly endpointReference: string;
}

const PROBE = Buffer.from("Probe");
const RESOLVE = Buffer.from("Resolve");

/** A cheap look before any reading: most of what a network multicasts here are others' Hellos. */
export function mayBeRequest(datagram: Buffer): boolean {
	return datagram.includes(PROBE) || datagram.includes(RESOLVE);
}

/**
 * Reads a Probe or a Resolve; undefined for every other message.
 *
 * @throws XmlError for what is not XML, or is no request that could be answered.
 */
export function readRequest(datagram: Buffer): Probe | Resolve | undefined {
	const envelope = parseXml(decodeXml(datagram));
	const soap = envelope.namespace;
	if (envelope.name !== "Envelope" || (soap !== soap11 && soap !== soap12))
		throw new XmlError("not a SOAP envelope");
	// The body says what it is: some clients leave Action out, and ONVIF's tool varies every prefix.
	const content = childOf(envelope, soap, "Body")?.children[0];
	const version = discoveryVersions.find(
		(one) => one.discovery === content?.namespace,
	);
	if (content === undefined || version === undefined) return undefined;
	if (content.name !== "Probe" && content.name !== "Resolve") return undefined;
	const messageId = readMessageId(childOf(envelope, soap, "Header"));
	const asked = { version, soap, messageId };
	return content.name === "Probe"
		? readProbe(content, asked)
		: readResolve(content, asked);
}

function readProbe(content: XmlElement, asked: Asked): Probe {
	const { discovery } = asked.version;
	const types = childOf(content, discovery, "Types");
	const scopes = childOf(content, discovery, "Scopes");
	return {
		...asked,
		kind: "Probe",
		types: types
			? words(types.text).map((word) => resolveQName(word, types.scope))
			: [],
		scopes: scopes ? words(scopes.text) : [],
		rule: readRule(scopes && attributeOf(scopes, "MatchBy"), asked.version),
	};
}

function readResolve(content: XmlElement, asked: Asked): Resolve {
	const { addressing } = asked.version;
	const reference = childOf(content, addressing, "EndpointReference");
	const address = reference && childOf(reference, addressing, "Address");
	if (address === undefined) throw new XmlError("a Resolve without Address");
	return { ...asked, kind: "Resolve", endpointReference: address.text.trim() };
}

function readRule(
	matchBy: string | undefined,
	version: DiscoveryVersion,
): string | undefined {
	if (matchBy === undefined) return version.rules[0];
	const uri = matchBy.trim();
	return version.rules.find((rule) => uri === `${version.discovery}/${rule}`);
}

/** RelatesTo repeats it, so a request without one cannot be answered. */
function readMessageId(header: XmlElement | undefined): string {
	for (const { addressing } of discoveryVersions) {
		const id = header && childOf(header, addressing, "MessageID")?.text.trim();
		if (id === undefined || id === "") continue;
		if (id.length > MAX_ID) throw new XmlError("an overlong MessageID");
		return id;
	}
	throw new XmlError("no MessageID");
}

function words(text: string): string[] {
	const found = text.match(/\S+/g) ?? [];
	if (found.length > MAX_LIST)
		throw new XmlError(`more than ${MAX_LIST} types or scopes`);
	return found;
}
