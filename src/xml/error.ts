/** A document that is not well-formed, or goes beyond what is read here; the message names the place where it is known. */
export class XmlError extends Error {
	override readonly name = "XmlError";
}
