import path from "node:path";
import { readDocument, type SchemaNode } from "./document.ts";

const SERVICES = [
	"onvif/ver10/device/wsdl/devicemgmt.wsdl",
	"onvif/ver10/media/wsdl/media.wsdl",
	"onvif/ver20/media/wsdl/media.wsdl",
	"onvif/ver10/events/wsdl/event.wsdl",
	"onvif/ver20/imaging/wsdl/imaging.wsdl",
	"onvif/ver20/ptz/wsdl/ptz.wsdl",
	"onvif/ver10/deviceio.wsdl",
	"onvif/ver20/analytics/wsdl/analytics.wsdl",
];
/** Port types and messages of WS-BaseNotification, which the event service binds. */
const NOTIFICATION = "oasis/wsn/bw-2.wsdl";
const SCHEMAS = [
	"onvif/ver10/schema/common.xsd",
	"onvif/ver10/schema/onvif.xsd",
	"onvif/ver10/schema/metadatastream.xsd",
	"onvif/ver20/analytics/humanface.xsd",
	"onvif/ver20/analytics/humanbody.xsd",
	"oasis/wsn/b-2.xsd",
	"oasis/wsn/t-1.xsd",
	"oasis/wsrf/bf-2.xsd",
	"w3c/ws-addr.xsd",
	"w3c/xmlmime.xsd",
	"w3c/xop-include.xsd",
];

export interface Sources {
	/** `wsdl:definitions` of the eight services. */
	readonly services: readonly SchemaNode[];
	readonly notification: SchemaNode;
	/** Every `xs:schema`, those inside the WSDLs included. */
	readonly schemas: readonly SchemaNode[];
}

/** Reads ONVIF's, OASIS' and W3C's documents from a folder that holds `onvif/`, `oasis/` and `w3c/`. */
export function readSources(folder: string): Sources {
	const read = (file: string) => readDocument(path.join(folder, file));
	const services = SERVICES.map(read);
	const inline = services.flatMap((service) =>
		service.children
			.filter((child) => child.name === "types")
			.flatMap((types) => types.children),
	);
	return {
		services,
		notification: read(NOTIFICATION),
		schemas: [...SCHEMAS.map(read), ...inline],
	};
}
