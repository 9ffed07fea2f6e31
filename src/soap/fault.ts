/** Fault codes by their SOAP 1.2 names; SOAP 1.1 calls the first two Client and Server. */
export type FaultCode =
	| "Sender"
	| "Receiver"
	| "MustUnderstand"
	| "VersionMismatch";

/** A prefixed name (`ter:NoProfile`, `wsrfbf:...`); its prefix is one of namespaces.ts. */
export type Subcode = `${string}:${string}`;

/** An element of the type table as a fault's detail, such as `wsnt:InvalidFilterFault`. */
export interface FaultDetail {
	readonly element: string;
	readonly value: object;
}

interface FaultOptions {
	readonly detail?: FaultDetail;
	/** For the log only: what is behind a Receiver fault. */
	readonly cause?: unknown;
}

/** A refusal as the client sees it (SOAP 1.2 part 1, 5.4; Core spec, "Generic faults"). The message is the Reason's text. */
export class Fault extends Error {
	override readonly name = "Fault";
	readonly code: FaultCode;
	/** Outermost first. */
	readonly subcodes: readonly Subcode[];
	readonly detail: FaultDetail | undefined;

	constructor(
		code: FaultCode,
		subcodes: readonly Subcode[],
		reason: string,
		options: FaultOptions = {},
	) {
		super(reason, { cause: options.cause });
		this.code = code;
		this.subcodes = subcodes;
		this.detail = options.detail;
	}
}
