import type { AccessClass, Identity } from "../auth/types.ts";
import type { Log } from "../system/log.ts";
import type { Prefix } from "./namespaces.ts";

/** What an operation may know of the request beside its body. */
export interface RequestInfo {
	/** The client's address. */
	readonly remoteAddress: string;
	/** The address that the client reached us at, for URLs in answers: IPv6 in brackets, without zone. */
	readonly localAddress: string;
	readonly localPort: number;
	readonly protocol: "http" | "https";
	/** `https://host:port` of the owner's, which the client used to get here; it stands before all that is local. */
	readonly publicUrl?: string | undefined;
	/** Undefined for anonymous clients, which only PRE_AUTH operations see. */
	readonly identity: Identity | undefined;
	/** The path that was posted to, without query: what tells one subscription from another. */
	readonly path: string;
	readonly log: Log;
}

/**
 * One ONVIF operation: translates between the WSDL's words and the camera model. `run` may throw a Fault
 * (fault.ts); anything else that it throws is answered as a bare Receiver fault and logged.
 */
export interface Operation<Request, Response, Context> {
	readonly access: AccessClass;
	run(request: Request, context: Context): Response | Promise<Response>;
	/**
	 * Given by operations whose answer to an empty request depends on nothing but what this counts: neither on the
	 * client nor on the address that it asked. While the number stays, the answer as it was written is sent again.
	 */
	revision?(context: Context): number;
}

/** The messages of a service, by operation: the shape of the generated `DeviceOperations` and the like. */
export type ServiceMessages<Messages> = {
	readonly [Name in keyof Messages]: {
		readonly request: unknown;
		readonly response: unknown;
	};
};

/**
 * The operations of one service; what is not in it answers ter:ActionNotSupported by itself:
 * `const operations = { ... } satisfies OperationTable<DeviceOperations, Context>`.
 */
export type OperationTable<
	Messages extends ServiceMessages<Messages>,
	Context,
> = {
	readonly [Name in keyof Messages]?: Operation<
		Messages[Name]["request"],
		Messages[Name]["response"],
		Context
	>;
};

/** One service as the SOAP endpoint serves it and GetServices announces it. */
export interface Service<Context> {
	readonly prefix: Prefix;
	readonly namespace: string;
	/** Of the service's specification, as GetServices announces it. */
	readonly version: { readonly Major: number; readonly Minor: number };
	/** Of its XAddr: `/onvif/media_service`. */
	readonly path: string;
	readonly operations: Readonly<
		Record<string, Operation<unknown, unknown, Context>>
	>;
}
