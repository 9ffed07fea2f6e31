import type { FaultCode } from "./fault.ts";

/** What differs between SOAP 1.1 and 1.2 on the wire. */
export interface SoapVersion {
	readonly namespace: string;
	/** Prefix of the envelope's elements in what we write. */
	readonly prefix: "env" | "SOAP-ENV";
	readonly contentType: string;
	readonly faultCodes: Readonly<Record<FaultCode, string>>;
	/** Attribute that says for whom a header block is, and the values that mean us. */
	readonly roleAttribute: "role" | "actor";
	readonly ourRoles: ReadonlySet<string>;
}

export const SOAP_1_2: SoapVersion = {
	namespace: "http://www.w3.org/2003/05/soap-envelope",
	prefix: "env",
	contentType: "application/soap+xml; charset=utf-8",
	faultCodes: {
		Sender: "Sender",
		Receiver: "Receiver",
		MustUnderstand: "MustUnderstand",
		VersionMismatch: "VersionMismatch",
	},
	roleAttribute: "role",
	ourRoles: new Set([
		"",
		"http://www.w3.org/2003/05/soap-envelope/role/next",
		"http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
	]),
};

export const SOAP_1_1: SoapVersion = {
	namespace: "http://schemas.xmlsoap.org/soap/envelope/",
	prefix: "SOAP-ENV",
	contentType: "text/xml; charset=utf-8",
	faultCodes: {
		Sender: "Client",
		Receiver: "Server",
		MustUnderstand: "MustUnderstand",
		VersionMismatch: "VersionMismatch",
	},
	roleAttribute: "actor",
	ourRoles: new Set(["", "http://schemas.xmlsoap.org/soap/actor/next"]),
};

export function soapVersion(namespace: string): SoapVersion | undefined {
	return [SOAP_1_2, SOAP_1_1].find(
		(version) => version.namespace === namespace,
	);
}
