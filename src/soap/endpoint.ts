import type {
	FastifyError,
	FastifyInstance,
	FastifyPluginAsync,
	FastifyReply,
	FastifyRequest,
} from "fastify";
import { isForeignPage } from "../auth/page-origin.ts";
import { Fault } from "./fault.ts";
import { internalError, notAuthorized } from "./faults.ts";
import {
	clientOf,
	isSoapMediaType,
	SOAP_MEDIA_TYPES,
	soapRequest,
	versionOfMediaType,
} from "./http-request.ts";
import {
	type SoapAnswer,
	SoapServer,
	type SoapServerOptions,
} from "./server.ts";

export interface SoapEndpointOptions<Context>
	extends SoapServerOptions<Context> {
	/** Beside every path under /onvif/; `/Events` is ZoneMinder's. */
	readonly paths?: readonly string[];
	/** What clients write who do not reach the service directly. */
	readonly publicUrl?: string | null;
}

/** No ONVIF request comes near it; certificates and firmware, which would, have their own uploads. */
const BODY_LIMIT = 256 * 1024;
const NO_BODY = new Uint8Array(0);
const PATHS = ["/onvif", "/onvif/*", "/Events"];
const OTHER_METHODS = ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"];

const sender = (reason: string) => new Fault("Sender", [], reason);

function send(reply: FastifyReply, answer: SoapAnswer): FastifyReply {
	reply.code(answer.status).header("content-type", answer.contentType);
	if (answer.challenges.length > 0)
		reply.header("www-authenticate", [...answer.challenges]);
	if (answer.retrySeconds !== undefined)
		reply.header("retry-after", answer.retrySeconds);
	return reply.send(answer.body);
}

/** Why HTTP refuses a request before its message is looked at; undefined when it does not. */
function refusal(
	request: FastifyRequest,
): { status: number; fault: Fault } | undefined {
	const encoding = request.headers["content-encoding"];
	// A small gzip body can hold gigabytes, and no client of ours sends one.
	if (encoding !== undefined && encoding !== "identity")
		return {
			status: 415,
			fault: sender(`Content-Encoding ${encoding} is not implemented`),
		};
	// Its browser would send the user's login along.
	if (isForeignPage(request.headers))
		return { status: 403, fault: notAuthorized() };
	const type = request.headers["content-type"];
	if (!isSoapMediaType(type))
		return {
			status: 415,
			fault: sender(`Content-Type ${type} is not SOAP's`),
		};
	return undefined;
}

/** Fastify's own refusals, as SOAP faults. */
function refusalOf(error: FastifyError): { status: number; fault: Fault } {
	if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE")
		return {
			status: 413,
			fault: sender(`the message is longer than ${BODY_LIMIT} octets`),
		};
	if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
		return { status: 415, fault: sender("Content-Type is malformed") };
	const status = error.statusCode ?? 500;
	return status < 500
		? { status, fault: sender(error.message) }
		: { status: 500, fault: internalError(error) };
}

function methodNotAllowed(
	_request: FastifyRequest,
	reply: FastifyReply,
): FastifyReply {
	return reply
		.code(405)
		.header("allow", "POST")
		.type("text/plain")
		.send("ONVIF services are asked with POST.\n");
}

/**
 * A Fastify plugin that answers SOAP 1.1 and 1.2 on every path under /onvif/. What a message asks for is told by its
 * body alone. Routes that others register below /onvif/ for GET take precedence over the 405 given here.
 */
export function soapEndpoint<Context>(
	options: SoapEndpointOptions<Context>,
): FastifyPluginAsync {
	const server = new SoapServer(options);
	const { publicUrl = null } = options;

	const post = async (request: FastifyRequest, reply: FastifyReply) => {
		const version = versionOfMediaType(request.headers["content-type"]);
		const remoteAddress = clientOf(request);
		const refused = refusal(request);
		if (refused !== undefined)
			return send(
				reply,
				server.refuse(refused.status, refused.fault, {
					remoteAddress,
					version,
				}),
			);
		const { body } = request;
		const octets = body instanceof Uint8Array ? body : NO_BODY;
		const asked = soapRequest(request, octets, publicUrl);
		return send(reply, await server.answer(asked));
	};

	const failed = (
		error: FastifyError,
		request: FastifyRequest,
		reply: FastifyReply,
	) => {
		const { status, fault } = refusalOf(error);
		const answer = server.refuse(status, fault, {
			remoteAddress: clientOf(request),
			version: versionOfMediaType(request.headers["content-type"]),
		});
		// The rest of what is refused is not waited for.
		if (status === 413) reply.header("connection", "close");
		return send(reply, answer);
	};

	return async (instance: FastifyInstance) => {
		instance.removeAllContentTypeParsers();
		instance.addContentTypeParser(
			// By name: where only "*" fits, Fastify takes each request's Content-Type apart anew.
			["*", ...SOAP_MEDIA_TYPES],
			{ parseAs: "buffer", bodyLimit: BODY_LIMIT },
			(_request, octets, done) => done(null, octets),
		);
		instance.setErrorHandler(failed);
		for (const url of [...PATHS, ...(options.paths ?? [])]) {
			instance.post(url, { bodyLimit: BODY_LIMIT }, post);
			instance.route({
				method: OTHER_METHODS,
				url,
				exposeHeadRoute: false,
				handler: methodNotAllowed,
			});
		}
	};
}
