import type { FastifyRequest } from "fastify";

/** A request's connection, which lives as long as its client keeps it; undefined for a proxy's, which carries many clients. */
export function connectionOf(request: FastifyRequest): object | undefined {
	const { socket } = request.raw;
	return request.ip === socket.remoteAddress ? socket : undefined;
}
