/** The one prefix that each namespace has in what we write; the type table and the generated types use the same. */
export const NAMESPACES = {
	tds: "http://www.onvif.org/ver10/device/wsdl",
	trt: "http://www.onvif.org/ver10/media/wsdl",
	tr2: "http://www.onvif.org/ver20/media/wsdl",
	tev: "http://www.onvif.org/ver10/events/wsdl",
	timg: "http://www.onvif.org/ver20/imaging/wsdl",
	tptz: "http://www.onvif.org/ver20/ptz/wsdl",
	tmd: "http://www.onvif.org/ver10/deviceIO/wsdl",
	tan: "http://www.onvif.org/ver20/analytics/wsdl",
	tt: "http://www.onvif.org/ver10/schema",
	fc: "http://www.onvif.org/ver20/analytics/humanface",
	bd: "http://www.onvif.org/ver20/analytics/humanbody",
	wsnt: "http://docs.oasis-open.org/wsn/b-2",
	wstop: "http://docs.oasis-open.org/wsn/t-1",
	wsrfbf: "http://docs.oasis-open.org/wsrf/bf-2",
	wsa: "http://www.w3.org/2005/08/addressing",
	xmime: "http://www.w3.org/2005/05/xmlmime",
	xop: "http://www.w3.org/2004/08/xop/include",
	xml: "http://www.w3.org/XML/1998/namespace",
	xs: "http://www.w3.org/2001/XMLSchema",
	xsi: "http://www.w3.org/2001/XMLSchema-instance",
	soapenv: "http://www.w3.org/2003/05/soap-envelope",
	ter: "http://www.onvif.org/ver10/error",
	tns1: "http://www.onvif.org/ver10/topics",
} as const;

export type Prefix = keyof typeof NAMESPACES;

export const isPrefix = (text: string): text is Prefix =>
	Object.hasOwn(NAMESPACES, text);

const PREFIXES: ReadonlyMap<string, Prefix> = new Map(
	Object.keys(NAMESPACES)
		.filter(isPrefix)
		.map((prefix) => [NAMESPACES[prefix], prefix]),
);

/** Undefined for namespaces that have no place in what we read or write. */
export const prefixOf = (namespace: string): Prefix | undefined =>
	PREFIXES.get(namespace);
