import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";

/** A connection that its client wants to go on in another protocol. */
export interface Upgrade {
	readonly socket: Duplex;
	/** What the client sent behind its request. */
	readonly head: Buffer;
}

const offered = new WeakMap<IncomingMessage, Upgrade>();

/** What a request wants its connection to become; undefined for an ordinary one. */
export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
	return offered.get(request);
}

/**
 * Leads handshakes of WebSockets to the routes of `fastify`, as GET requests that can be refused like any other; a
 * route takes the connection by `upgradeOf` and `reply.hijack()`.
 */
export function routeUpgrades(fastify: FastifyInstance, server: Server): void {
	const taken = new Set<Duplex>();
	fastify.addHook("preClose", async () => {
		for (const socket of taken) socket.destroy();
	});
	server.on("upgrade", (request, socket, head) => {
		if (!isWebSocket(request)) {
			readAgain(server, request, socket, head);
			return;
		}
		taken.add(socket);
		socket.on("error", () => socket.destroy());
		socket.once("close", () => taken.delete(socket));
		offered.set(request, { socket, head });
		const response = new ServerResponse(request);
		response.shouldKeepAlive = false;
		response.assignSocket(request.socket);
		response.on("finish", () => socket.end(() => socket.destroy()));
		fastify.routing(request, response);
	});
}

function isWebSocket(request: IncomingMessage): boolean {
	return (
		request.method === "GET" &&
		request.headers.upgrade?.toLowerCase() === "websocket"
	);
}

/**
 * Other protocols are not spoken here, and whoever proposes one takes an ordinary answer (RFC 9110, 7.8): Java's HTTP
 * client offers HTTP/2 along with its first SOAP message. Node has by now stopped to read the connection as HTTP, so
 * it is given the request again, without the proposal.
 */
function readAgain(
	server: Server,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): void {
	let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
	for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
		const name = request.rawHeaders[i] ?? "";
		const value = request.rawHeaders[i + 1] ?? "";
		if (!/^(connection|upgrade|http2-settings)$/i.test(name))
			text += `${name}: ${value}\r\n`;
	}
	socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, "latin1"), head]));
	server.emit("connection", socket);
}
