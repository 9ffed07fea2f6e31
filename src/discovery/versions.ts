/** The two WS-Discovery versions in use, with the WS-Addressing that each builds on. */
export interface DiscoveryVersion {
	readonly discovery: string;
	readonly addressing: string;
	/** `wsa:To` of a message to everybody. */
	readonly everybody: string;
	/** `wsa:To` of an answer on the asker's own socket. */
	readonly anonymous: string;
	/** Last part of each matching rule's URI that is supported, the default first. */
	readonly rules: readonly string[];
}

/** The version ONVIF builds on; Core adds the rule rfc3986 to it. */
export const april2005: DiscoveryVersion = {
	discovery: "http://schemas.xmlsoap.org/ws/2005/04/discovery",
	addressing: "http://schemas.xmlsoap.org/ws/2004/08/addressing",
	everybody: "urn:schemas-xmlsoap-org:ws:2005:04:discovery",
	anonymous: "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
	rules: ["rfc3986", "rfc2396", "uuid", "strcmp0"],
};

/** OASIS WS-Discovery 1.1. */
export const january2009: DiscoveryVersion = {
	discovery: "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
	addressing: "http://www.w3.org/2005/08/addressing",
	everybody: "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01",
	anonymous: "http://www.w3.org/2005/08/addressing/anonymous",
	rules: ["rfc3986", "uuid", "strcmp0", "none"],
};

export const discoveryVersions = [april2005, january2009] as const;

export const soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
export const soap12 = "http://www.w3.org/2003/05/soap-envelope";

export const networkNamespace = "http://www.onvif.org/ver10/network/wsdl";
export const deviceNamespace = "http://www.onvif.org/ver10/device/wsdl";
