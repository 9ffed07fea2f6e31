import type { IncomingMessage, Server } from "node:http";

/**
 * Knows whose request has come but for its body. Node gives a body as long as a whole request; whoever lets many drip
 * has all places meanwhile.
 * @param now monotonic milliseconds
 * @returns closes the connections of those that have taken longer than so many milliseconds
 */
export function watchBodies(
	server: Server,
	now: () => number,
): (longerThanMs: number) => void {
	const pending = new Map<IncomingMessage, number>();
	server.on("request", (request) => {
		const { headers } = request;
		const has = headers["content-length"] ?? headers["transfer-encoding"];
		if (has === undefined || has === "0") return;
		pending.set(request, now());
		request.once("close", () => pending.delete(request));
	});
	return (longerThanMs) => {
		for (const [request, since] of pending)
			if (!request.complete && now() - since > longerThanMs)
				request.socket.destroy();
	};
}
