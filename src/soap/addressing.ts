import { childOf, type XmlElement } from "../xml/element.ts";
import { escapeText } from "../xml/escape.ts";
import { Fault } from "./fault.ts";
import { NAMESPACES } from "./namespaces.ts";

/** WS-Addressing 1.0 (2005/08) properties of a request. */
export interface Addressing {
	readonly action: string | undefined;
	readonly messageId: string | undefined;
	readonly to: string | undefined;
	/** Answers go back over the connection all the same: ReplyTo is read for the log's sake only. */
	readonly replyTo: string | undefined;
}

/** Every fault bears it (Core spec, "SOAP Fault Messages" of event handling). */
export const FAULT_ACTION = "http://www.w3.org/2005/08/addressing/soap/fault";

/** Once at most in a message (WS-Addressing 1.0 SOAP Binding, 3.2). */
const ONCE = new Set([
	"Action",
	"MessageID",
	"To",
	"ReplyTo",
	"From",
	"FaultTo",
]);

export const isAddressingHeader = ({ namespace }: XmlElement): boolean =>
	namespace === NAMESPACES.wsa;

/** Undefined when the message bears no addressing. Throws wsa:InvalidAddressingHeader for a header that is there twice. */
export function readAddressing(
	blocks: readonly XmlElement[],
): Addressing | undefined {
	if (blocks.length === 0) return undefined;
	const found = new Map<string, XmlElement>();
	for (const block of blocks) {
		if (ONCE.has(block.name) && found.has(block.name))
			throw new Fault(
				"Sender",
				["wsa:InvalidAddressingHeader", "wsa:InvalidCardinality"],
				`A header is there twice: wsa:${block.name}`,
			);
		found.set(block.name, block);
	}
	const text = (name: string) => found.get(name)?.text.trim();
	const replyTo = found.get("ReplyTo");
	return {
		action: text("Action"),
		messageId: text("MessageID"),
		to: text("To"),
		replyTo:
			replyTo && childOf(replyTo, NAMESPACES.wsa, "Address")?.text.trim(),
	};
}

/** The header blocks of an answer; the prefix wsa is declared around them. */
export function writeAddressing(
	action: string,
	request: Addressing | undefined,
): string {
	const id = request?.messageId;
	const relatesTo =
		id === undefined ? "" : `<wsa:RelatesTo>${escapeText(id)}</wsa:RelatesTo>`;
	return `<wsa:Action>${escapeText(action)}</wsa:Action>${relatesTo}`;
}
