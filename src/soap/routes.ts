import type { XmlElement } from "../xml/element.ts";
import { envelopeStart } from "./envelope-writer.ts";
import { actionNotSupported } from "./faults.ts";
import { NAMESPACES } from "./namespaces.ts";
import type { Operation, Service } from "./operation.ts";
import type { Schema } from "./schema/schema.ts";
import type { OperationDefinition } from "./schema/table.ts";
import type { SchemaWriter } from "./schema/writer.ts";
import type { SoapVersion } from "./versions.ts";

/** A body that was written for some revision of what it tells. */
export interface WrittenBody {
	readonly revision: number;
	readonly body: string;
	/** Whole answers around it, ready to be sent: for envelopes without a header. */
	readonly answers: Map<SoapVersion, Buffer>;
}

/** Where a request body leads. */
export interface Route<Context> {
	readonly service: Service<Context>;
	readonly name: string;
	readonly definition: OperationDefinition;
	/** The start of an answer, namespaces declared. */
	start(version: SoapVersion): string;
	readonly operation: Operation<unknown, unknown, Context>;
	/** The last answer's body, for operations that count revisions. */
	written: WrittenBody | undefined;
}

/**
 * Finds operations by the qualified name of the body's child and nothing else: not the path, since libonvif posts
 * media requests to the device service, nor SOAPAction, which the test tool does not send and nobody has verified.
 */
export class Routes<Context> {
	readonly #routes = new Map<string, Route<Context>>();

	constructor(
		services: readonly Service<Context>[],
		schema: Schema,
		writer: SchemaWriter,
	) {
		for (const service of services)
			for (const [name, operation] of Object.entries(service.operations)) {
				const definition = definitionOf(service, name, schema);
				this.#routes.set(
					definition.request,
					new TableRoute(service, name, definition, operation, writer),
				);
			}
		this.#schema = schema;
	}

	readonly #schema: Schema;

	/** Throws ActionNotSupported for what is not served, whether ONVIF knows it or not. */
	find({ namespace, name }: XmlElement): Route<Context> {
		const known = this.#schema.nameOf(namespace, name);
		const route = known === undefined ? undefined : this.#routes.get(known);
		if (route === undefined) throw actionNotSupported(name);
		return route;
	}
}

function definitionOf(
	{ prefix }: { prefix: Service<never>["prefix"] },
	name: string,
	schema: Schema,
): OperationDefinition {
	const operations = schema.operations(prefix) ?? {};
	const definition = Object.hasOwn(operations, name)
		? operations[name]
		: undefined;
	if (definition === undefined)
		throw new Error(`${NAMESPACES[prefix]} has no operation ${name}`);
	return definition;
}

class TableRoute<Context> implements Route<Context> {
	readonly service: Service<Context>;
	readonly name: string;
	readonly definition: OperationDefinition;
	readonly operation: Operation<unknown, unknown, Context>;
	written: Route<Context>["written"];
	readonly #writer: SchemaWriter;
	readonly #starts = new Map<SoapVersion, string>();

	constructor(
		service: Service<Context>,
		name: string,
		definition: OperationDefinition,
		operation: Operation<unknown, unknown, Context>,
		writer: SchemaWriter,
	) {
		this.service = service;
		this.name = name;
		this.definition = definition;
		this.operation = operation;
		this.#writer = writer;
	}

	start(version: SoapVersion): string {
		const known = this.#starts.get(version);
		if (known !== undefined) return known;
		const { response } = this.definition;
		const prefixes =
			response === undefined ? [] : this.#writer.prefixes(response);
		const start = envelopeStart(version, [
			...new Set([...prefixes, "wsa" as const]),
		]);
		this.#starts.set(version, start);
		return start;
	}
}
