import type { Caller } from "../auth/allowances.ts";
import type { AccessClass, Identity, UserLevel } from "../auth/types.ts";
import type { Log } from "../system/log.ts";
import { decodeXml } from "../xml/decode.ts";
import type { XmlElement } from "../xml/element.ts";
import { XmlError } from "../xml/error.ts";
import { parseXml } from "../xml/parse.ts";
import { type Addressing, writeAddressing } from "./addressing.ts";
import { type Authenticators, authenticate } from "./authentication.ts";
import {
	type RequestMessage,
	readEnvelope,
	versionOf,
} from "./envelope-reader.ts";
import { faultStatus, writeEnvelope, writeFault } from "./envelope-writer.ts";
import { Fault } from "./fault.ts";
import { internalError, notAuthorized, wellFormed } from "./faults.ts";
import type { RequestInfo, Service } from "./operation.ts";
import { type Route, Routes, type WrittenBody } from "./routes.ts";
import { SchemaReader } from "./schema/reader.ts";
import type { Schema } from "./schema/schema.ts";
import { SchemaWriter } from "./schema/writer.ts";
import type { SoapVersion } from "./versions.ts";

export interface SoapServerOptions<Context> extends Authenticators {
	readonly services: readonly Service<Context>[];
	/** Of at least the services' namespaces. */
	readonly schema: Schema;
	allows(level: UserLevel, access: AccessClass): boolean;
	/** Makes what an operation gets beside its request. */
	context(request: RequestInfo): Context;
	readonly log: Log;
}

/** An HTTP request as the SOAP server looks at it. */
export interface SoapRequest extends Omit<RequestInfo, "identity" | "log"> {
	readonly octets: Uint8Array;
	readonly authorization: string | undefined;
	readonly method: string;
	/** The request target as it was sent, for HTTP Digest. */
	readonly uri: string;
	/** For who guesses at passwords. */
	readonly caller: Caller;
	/** What the Content-Type tells of the version, for messages that do not tell it. */
	readonly version: SoapVersion;
}

export interface SoapAnswer {
	readonly status: number;
	readonly contentType: string;
	readonly body: string | Buffer;
	/** `WWW-Authenticate` headers; empty but for status 401. */
	readonly challenges: readonly string[];
	/** `Retry-After`: the credentials were not looked at, since too many were wrong. */
	readonly retrySeconds?: number | undefined;
}

/** Credentials that are missing or wrong: answered with 401 and the challenges. */
class NotProven extends Error {
	readonly stale: boolean;
	readonly retrySeconds: number | undefined;

	constructor(reason: string, stale = false, retrySeconds?: number) {
		super(reason);
		this.stale = stale;
		this.retrySeconds = retrySeconds;
	}
}

const NO_CREDENTIALS = "no credentials";

/** Answers SOAP messages: reads, authenticates, authorises, runs, writes. */
export class SoapServer<Context> {
	readonly #options: SoapServerOptions<Context>;
	readonly #reader: SchemaReader;
	readonly #writer: SchemaWriter;
	readonly #routes: Routes<Context>;

	constructor(options: SoapServerOptions<Context>) {
		this.#options = options;
		this.#reader = new SchemaReader(options.schema);
		this.#writer = new SchemaWriter(options.schema);
		this.#routes = new Routes(options.services, options.schema, this.#writer);
	}

	/** Never rejects: whatever goes wrong is an answer too. */
	async answer(request: SoapRequest): Promise<SoapAnswer> {
		let { version } = request;
		let message: RequestMessage | undefined;
		try {
			if (keptBack(request)) throw new NotProven(NO_CREDENTIALS);
			const envelope = parse(request.octets);
			version = versionOf(envelope) ?? version;
			message = readEnvelope(envelope);
			const route = this.#routes.find(message.body);
			const identity = await this.#authorise(route, message, request);
			const context = this.#context(request, identity);
			const body = await this.#run(route, message.body, context);
			return this.#success(route, message, body);
		} catch (error) {
			return this.#refuse(error, request, version, message);
		}
	}

	/** An answer to a request that HTTP itself refuses, such as one that is too long. */
	refuse(
		status: number,
		fault: Fault,
		request: Pick<SoapRequest, "remoteAddress" | "version">,
	): SoapAnswer {
		this.#logRefusal(fault.message, request.remoteAddress, undefined, fault);
		return this.#fault(fault, request.version, undefined, status);
	}

	/**
	 * PRE_AUTH operations do not look at credentials: clients send stale ones when they ask for the time
	 * in order to correct them. What is not served has been refused before: there is nothing to protect.
	 */
	async #authorise(
		{ operation }: Route<Context>,
		message: RequestMessage,
		request: SoapRequest,
	): Promise<Identity | undefined> {
		if (operation.access === "PRE_AUTH") return undefined;
		const result = await authenticate(request, message.security, this.#options);
		if (result.kind === "anonymous") throw new NotProven(NO_CREDENTIALS);
		if (result.kind === "refused")
			throw new NotProven(result.reason, result.stale, result.retrySeconds);
		const { level } = result.identity;
		if (!this.#options.allows(level, operation.access)) throw notAuthorized();
		return result.identity;
	}

	#context(request: SoapRequest, identity: Identity | undefined): Context {
		const { remoteAddress, localAddress, localPort, protocol, path } = request;
		const { publicUrl } = request;
		const { log } = this.#options;
		return this.#options.context({
			remoteAddress,
			localAddress,
			localPort,
			protocol,
			publicUrl,
			path,
			identity,
			log,
		});
	}

	/** The answer's body, written; undefined for one-way operations. */
	async #run(
		route: Route<Context>,
		body: XmlElement,
		context: Context,
	): Promise<string | undefined> {
		const { operation, definition } = route;
		const argument = this.#reader.read(definition.request, body);
		const revision =
			body.children.length === 0 ? operation.revision?.(context) : undefined;
		if (revision !== undefined && route.written?.revision === revision)
			return route.written.body;
		const result = await operation.run(argument, context);
		if (definition.response === undefined) return undefined;
		const written = this.#writer.write(definition.response, result);
		if (revision === undefined || operation.revision?.(context) !== revision)
			return written;
		// Written strings are trees of pieces; what is kept is kept in one piece.
		const whole = Buffer.from(written).toString();
		route.written = { revision, body: whole, answers: new Map() };
		return whole;
	}

	#success(
		route: Route<Context>,
		{ version, addressing }: RequestMessage,
		body: string | undefined,
	): SoapAnswer {
		const { contentType } = version;
		if (body === undefined)
			return { status: 202, contentType, body: "", challenges: [] };
		// Event clients want the action even where they sent none (EVENT-2-1-*).
		const header =
			addressing !== undefined || route.service.prefix === "tev"
				? writeAddressing(route.definition.responseAction, addressing)
				: "";
		const whole = () =>
			writeEnvelope(route.start(version), version, header, body);
		return {
			status: 200,
			contentType,
			body:
				header === "" ? octetsOf(route.written, version, body, whole) : whole(),
			challenges: [],
		};
	}

	#refuse(
		error: unknown,
		request: SoapRequest,
		version: SoapVersion,
		message: RequestMessage | undefined,
	): SoapAnswer {
		const client = request.remoteAddress;
		const name = message?.body.name;
		const addressing = message?.addressing;
		if (error instanceof NotProven) {
			this.#logRefusal(error.message, client, name);
			const answer = this.#fault(notAuthorized(), version, addressing, 401);
			const challenges = this.#options.digest.challenges(
				error.stale,
				request.protocol === "https",
			);
			return { ...answer, challenges, retrySeconds: error.retrySeconds };
		}
		const fault = error instanceof Fault ? error : internalError(error);
		if (fault.cause === undefined)
			this.#logRefusal(fault.message, client, name, fault);
		else
			this.#options.log.error("operation failed", {
				client,
				operation: name,
				reason: describe(fault.cause),
			});
		return this.#fault(fault, version, addressing);
	}

	#fault(
		fault: Fault,
		version: SoapVersion,
		addressing: Addressing | undefined,
		status = faultStatus(fault, version),
	): SoapAnswer {
		const body = writeFault(fault, version, addressing, this.#writer);
		return { status, contentType: version.contentType, body, challenges: [] };
	}

	#logRefusal(
		reason: string,
		client: string,
		operation: string | undefined,
		fault?: Fault,
	): void {
		const fields = {
			client,
			operation,
			fault: fault?.subcodes.join("/"),
			reason,
		};
		// Where HTTP Digest begins: every first request of such a client comes this way.
		if (reason === NO_CREDENTIALS)
			this.#options.log.info("asked for credentials", fields);
		else this.#options.log.warn("request refused", fields);
	}
}

/** libcurl with Digest sends no message before it has been challenged. */
const keptBack = ({ octets, authorization }: SoapRequest): boolean =>
	octets.length === 0 && authorization === undefined;

/** An answer around a kept body is put into octets once: for large ones that is most of what sending costs. */
function octetsOf(
	kept: WrittenBody | undefined,
	version: SoapVersion,
	body: string,
	whole: () => string,
): string | Buffer {
	if (kept?.body !== body) return whole();
	let octets = kept.answers.get(version);
	if (octets === undefined) {
		octets = Buffer.from(whole());
		kept.answers.set(version, octets);
	}
	return octets;
}

/** The stack names the place; log lines bound its length. */
const describe = (cause: unknown): string =>
	cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);

function parse(octets: Uint8Array): XmlElement {
	try {
		return parseXml(decodeXml(octets));
	} catch (error) {
		if (error instanceof XmlError) throw wellFormed(error.message);
		throw error;
	}
}
