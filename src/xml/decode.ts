import { isUtf8 } from "node:buffer";
import { XmlError } from "./error.ts";

/**
 * Decodes a document's octets as UTF-8, with or without a byte order mark.
 * Throws XmlError for UTF-16 and for octets that are not UTF-8.
 */
export function decodeXml(octets: Uint8Array): string {
	const [first, second] = octets;
	const marked =
		(first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe);
	if (marked || (octets.length > 1 && (first === 0 || second === 0)))
		throw new XmlError("the document is UTF-16; only UTF-8 is read");
	if (!isUtf8(octets)) throw new XmlError("the document is not valid UTF-8");
	const bom = first === 0xef && second === 0xbb && octets[2] === 0xbf;
	return Buffer.from(
		octets.buffer,
		octets.byteOffset,
		octets.byteLength,
	).toString("utf8", bom ? 3 : 0);
}
