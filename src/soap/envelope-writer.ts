import { escapeText } from "../xml/escape.ts";
import {
	type Addressing,
	FAULT_ACTION,
	writeAddressing,
} from "./addressing.ts";
import type { Fault } from "./fault.ts";
import { isPrefix, NAMESPACES, type Prefix } from "./namespaces.ts";
import type { SchemaWriter } from "./schema/writer.ts";
import type { SoapVersion } from "./versions.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** `<env:Envelope ...>` with the namespaces that what it holds needs, and no others: zeep and lxml choke on undeclared ones. */
export function envelopeStart(
	version: SoapVersion,
	prefixes: readonly Prefix[],
): string {
	const declarations = prefixes.map(
		(prefix) => ` xmlns:${prefix}="${NAMESPACES[prefix]}"`,
	);
	return `${DECLARATION}<${version.prefix}:Envelope xmlns:${version.prefix}="${version.namespace}"${declarations.join("")}>`;
}

/** Puts an answer together; `header` and `body` are written XML, `header` may be empty. */
export function writeEnvelope(
	start: string,
	{ prefix }: SoapVersion,
	header: string,
	body: string,
): string {
	const head =
		header === "" ? "" : `<${prefix}:Header>${header}</${prefix}:Header>`;
	return `${start}${head}<${prefix}:Body>${body}</${prefix}:Body></${prefix}:Envelope>`;
}

function subcodeElement(subcodes: readonly string[], prefix: string): string {
	const [first, ...rest] = subcodes;
	if (first === undefined) return "";
	return `<${prefix}:Subcode><${prefix}:Value>${first}</${prefix}:Value>${subcodeElement(rest, prefix)}</${prefix}:Subcode>`;
}

/** SOAP 1.1 knows no subcodes: they stand in the detail, one inside the other. */
const subcodeDetail = (subcodes: readonly string[]): string =>
	subcodes.reduceRight(
		(inner, subcode) =>
			inner === "" ? `<${subcode}/>` : `<${subcode}>${inner}</${subcode}>`,
		"",
	);

/** A reason may quote the request, which may be all one name. */
const MAX_REASON = 500;

function faultElement(
	fault: Fault,
	version: SoapVersion,
	detail: string,
): string {
	const { prefix } = version;
	const code = `${prefix}:${version.faultCodes[fault.code]}`;
	const reason = escapeText(fault.message.slice(0, MAX_REASON));
	if (prefix === "SOAP-ENV") {
		const all = subcodeDetail(fault.subcodes) + detail;
		return `<SOAP-ENV:Fault><faultcode>${code}</faultcode><faultstring>${reason}</faultstring>${all && `<detail>${all}</detail>`}</SOAP-ENV:Fault>`;
	}
	return `<env:Fault><env:Code><env:Value>${code}</env:Value>${subcodeElement(fault.subcodes, prefix)}</env:Code><env:Reason><env:Text xml:lang="en">${reason}</env:Text></env:Reason>${detail && `<env:Detail>${detail}</env:Detail>`}</env:Fault>`;
}

/** A whole message with a fault in it. */
export function writeFault(
	fault: Fault,
	version: SoapVersion,
	addressing: Addressing | undefined,
	writer: SchemaWriter,
): string {
	const { detail } = fault;
	const needed = [
		...fault.subcodes.map((subcode) => subcode.split(":")[0] ?? ""),
		...(detail === undefined ? [] : writer.prefixes(detail.element)),
		...(addressing === undefined ? [] : ["wsa"]),
	];
	const prefixes = [...new Set(needed)].filter(isPrefix);
	const header =
		addressing === undefined ? "" : writeAddressing(FAULT_ACTION, addressing);
	const text =
		detail === undefined ? "" : writer.write(detail.element, detail.value);
	return writeEnvelope(
		envelopeStart(version, prefixes),
		version,
		header,
		faultElement(fault, version, text),
	);
}

/** HTTP status of a fault (SOAP 1.2 part 2, 7.5.2.2, table 20; SOAP 1.1, 6.2). */
export function faultStatus(fault: Fault, version: SoapVersion): number {
	if (fault.subcodes[0] === "ter:NotAuthorized") return 400;
	return fault.code === "Sender" && version.prefix === "env" ? 400 : 500;
}
