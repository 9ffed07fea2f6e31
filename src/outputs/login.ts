import type { FastifyReply, FastifyRequest } from "fastify";
import type {
	Admission,
	HttpAccess,
	HttpCredentials,
	Refusal,
} from "../auth/http-access.ts";
import { connectionOf } from "../system/connection-of.ts";
import type { Log } from "../system/log.ts";
import { plainAddress } from "../system/plain-address.ts";

/** Who asks, when it is a user, all of whom may watch; otherwise undefined, and the refusal is sent. */
export type MayWatch = (
	request: FastifyRequest,
	reply: FastifyReply,
) => Promise<Admission | undefined>;

/** What of a request tells who sent it. */
export function credentialsOf(request: FastifyRequest): HttpCredentials {
	return {
		method: request.method,
		url: request.url,
		headers: request.headers,
		client: plainAddress(request.ip),
		connection: connectionOf(request),
		secure: request.protocol === "https",
	};
}

/** Answers with a refusal, and logs it where somebody tried to log in. */
export function sendRefusal(
	request: FastifyRequest,
	reply: FastifyReply,
	{ status, headers, text, reason }: Refusal,
	log: Log,
): FastifyReply {
	if (reason !== undefined)
		log.warn("HTTP login refused", {
			client: plainAddress(request.ip),
			reason,
		});
	for (const [name, value] of Object.entries(headers))
		reply.header(name, typeof value === "string" ? value : [...value]);
	return reply
		.code(status)
		.header("cache-control", "no-store")
		.type("text/plain")
		.send(text);
}

/** The one door of all outputs over HTTP: Digest for tools, a session for browsers. */
export function watchers(access: HttpAccess, log: Log): MayWatch {
	return async (request, reply) => {
		const visitor = await access.whoIs(credentialsOf(request));
		if ("admission" in visitor) return visitor.admission;
		void sendRefusal(request, reply, visitor, log);
		return undefined;
	};
}
