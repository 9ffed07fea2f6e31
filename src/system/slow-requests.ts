import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of one connection whose answers are not sent: browsers and recorders ask for one after the other. */
const mostAtOnce = 8;
/** The rest of an answer that waits so much longer than a body may, waits for nobody. */
const answerMs = 10_000;

interface Exchange {
	readonly request: IncomingMessage;
	readonly since: number;
}

/**
 * Closes connections that ask on and on without taking an answer, each of which would be kept for them, and knows who
 * is slow: Node gives a body as long as a whole request and an answer for ever, and whoever lets many drip has all places.
 * @param now monotonic milliseconds
 * @returns closes those whose body has taken longer than so many milliseconds, and those that do not take their answer
 */
export function watchRequests(
	server: Server,
	now: () => number,
): (longerThanMs: number) => void {
	const exchanges = new Map<ServerResponse, Exchange>();
	const atOnce = new WeakMap<Socket, number>();
	// First: what serves requests looks whether the connection is still there.
	server.prependListener("request", (request, response) => {
		const { socket } = request;
		const asked = (atOnce.get(socket) ?? 0) + 1;
		atOnce.set(socket, asked);
		if (asked > mostAtOnce) return void socket.destroy();
		exchanges.set(response, { request, since: now() });
		response.once("close", () => {
			exchanges.delete(response);
			atOnce.set(socket, (atOnce.get(socket) ?? 1) - 1);
		});
	});
	return (longerThanMs) => {
		for (const [response, { request, since }] of exchanges) {
			const took = now() - since;
			const drips = !request.complete && took > longerThanMs;
			const leaves = response.writableEnded && took > longerThanMs + answerMs;
			if (drips || leaves) request.socket.destroy();
		}
	};
}
