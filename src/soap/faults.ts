import { Fault, type Subcode } from "./fault.ts";

// The generic faults (Core spec, table "Generic faults"). Where the caller can say more than the
// spec's reason, its words are appended: `Argument Value Invalid: Encoding is "H266"`.

const reason = (standard: string, detail: string | undefined) =>
	detail === undefined ? standard : `${standard}: ${detail}`;

const sender =
	(subcode: Subcode, standard: string) =>
	(detail?: string): Fault =>
		new Fault("Sender", [subcode], reason(standard, detail));

export const wellFormed = sender("ter:WellFormed", "Well-formed Error");
export const tagMismatch = sender("ter:TagMismatch", "Tag Mismatch");
export const noTag = sender("ter:Tag", "No Tag");
export const namespaceError = sender("ter:Namespace", "Namespace Error");
export const missingAttr = sender(
	"ter:MissingAttr",
	"Required Attribute not present",
);
export const prohibAttr = sender("ter:ProhibAttr", "Prohibited Attribute");
export const invalidArgs = sender("ter:InvalidArgs", "Invalid Args");
export const unknownAction = sender("ter:UnknownAction", "Unknown Action");

/** `specific` is the operation's own subcode below it, such as `ter:NoProfile`. */
export const invalidArgVal = (detail?: string, specific?: Subcode): Fault =>
	new Fault(
		"Sender",
		specific === undefined
			? ["ter:InvalidArgVal"]
			: ["ter:InvalidArgVal", specific],
		reason("Argument Value Invalid", detail),
	);

export const operationProhibited = (
	detail?: string,
	specific?: Subcode,
): Fault =>
	new Fault(
		"Sender",
		specific === undefined
			? ["ter:OperationProhibited"]
			: ["ter:OperationProhibited", specific],
		reason("Operation not Permitted", detail),
	);

/** The reason is fixed: agsh/onvif and ZoneMinder look for its words. */
export const notAuthorized = (): Fault =>
	new Fault("Sender", ["ter:NotAuthorized"], "Sender not Authorized");

/** Home Assistant goes on only when the reason holds a lower-case "not implemented". */
export const actionNotSupported = (what: string, specific?: Subcode): Fault =>
	new Fault(
		"Receiver",
		specific === undefined
			? ["ter:ActionNotSupported"]
			: ["ter:ActionNotSupported", specific],
		`Optional Action Not Implemented: ${what} is not implemented`,
	);

export const actionFailed = (detail?: string, specific?: Subcode): Fault =>
	new Fault(
		"Receiver",
		specific === undefined ? ["ter:Action"] : ["ter:Action", specific],
		reason("Action Failed", detail),
	);

/** Anything that should not have happened: the cause goes to the log and never to the client. */
export const internalError = (cause: unknown): Fault =>
	new Fault("Receiver", ["ter:Action"], "Action Failed", { cause });

export const mustUnderstand = (header: string): Fault =>
	new Fault(
		"MustUnderstand",
		[],
		`SOAP header blocks not understood: ${header}`,
	);

export const versionMismatch = (): Fault =>
	new Fault("VersionMismatch", [], "SOAP version mismatch");
