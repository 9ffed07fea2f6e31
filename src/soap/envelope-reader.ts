import { attributeOf, type XmlElement } from "../xml/element.ts";
import {
	type Addressing,
	isAddressingHeader,
	readAddressing,
} from "./addressing.ts";
import {
	mustUnderstand,
	noTag,
	tagMismatch,
	versionMismatch,
} from "./faults.ts";
import {
	isSecurityHeader,
	readSecurity,
	type SecurityHeader,
} from "./security-header.ts";
import { type SoapVersion, soapVersion } from "./versions.ts";

/** A SOAP request, its frame read and its body not yet. */
export interface RequestMessage {
	readonly version: SoapVersion;
	/** The body's only child: it alone says which operation is asked for. */
	readonly body: XmlElement;
	readonly security: SecurityHeader;
	readonly addressing: Addressing | undefined;
}

interface Parts {
	readonly header: XmlElement | undefined;
	readonly body: XmlElement;
}

/** At most one Header, before exactly one Body, and nothing else (SOAP 1.2 part 1, 5.1). */
function partsOf(envelope: XmlElement, { namespace }: SoapVersion): Parts {
	let header: XmlElement | undefined;
	let body: XmlElement | undefined;
	for (const child of envelope.children) {
		const name = child.namespace === namespace ? child.name : "";
		if (name === "Header" && header === undefined && body === undefined)
			header = child;
		else if (name === "Body" && body === undefined) body = child;
		else throw tagMismatch(`${child.name} is out of place in the Envelope`);
	}
	if (body === undefined) throw noTag("the Envelope has no Body");
	return { header, body };
}

function isForUs(block: XmlElement, version: SoapVersion): boolean {
	const role = attributeOf(block, version.roleAttribute, version.namespace);
	return role === undefined || version.ourRoles.has(role.trim());
}

function checkUnderstood(block: XmlElement, version: SoapVersion): void {
	const flag = attributeOf(block, "mustUnderstand", version.namespace)?.trim();
	if ((flag === "1" || flag === "true") && isForUs(block, version))
		throw mustUnderstand(`{${block.namespace}}${block.name}`);
}

/** The version of a message whose frame could not be read; SOAP 1.2 when it does not tell. */
export const versionOf = (envelope: XmlElement): SoapVersion | undefined =>
	envelope.name === "Envelope" ? soapVersion(envelope.namespace) : undefined;

/** Reads the frame of a SOAP 1.1 or 1.2 message. Throws the Fault that says what is wrong with it. */
export function readEnvelope(envelope: XmlElement): RequestMessage {
	const version = versionOf(envelope);
	if (version === undefined) throw versionMismatch();
	const { header, body } = partsOf(envelope, version);
	const security: XmlElement[] = [];
	const addressing: XmlElement[] = [];
	for (const block of header?.children ?? [])
		if (isSecurityHeader(block)) security.push(block);
		else if (isAddressingHeader(block)) addressing.push(block);
		else checkUnderstood(block, version);
	const [child, second] = body.children;
	if (child === undefined) throw noTag("the Body is empty");
	if (second !== undefined)
		throw tagMismatch(`the Body holds ${child.name} and ${second.name}`);
	return {
		version,
		body: child,
		security: readSecurity(security),
		addressing: readAddressing(addressing),
	};
}
