import type { FastifyReply, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import { upgradeOf } from "./http-upgrade.ts";
import { onStalled } from "./stalled.ts";

export interface WebSocketOptions {
	/** Longer messages end the connection. */
	readonly maxMessageBytes: number;
	/** Who takes nothing of what waits for it for so long is closed; nobody when left out. */
	readonly stalledMs?: number;
	/** Sub-protocols that are spoken: the first that the client offers is agreed on. Whatever it offers when left out. */
	readonly protocols?: readonly string[];
	/** Pages of other sites may come too: what they get asks for a login that no browser gives by itself. */
	readonly anyOrigin?: boolean;
}

/**
 * Answers a WebSocket's handshake (RFC 6455); before it, the route refuses whom it does not want.
 * @returns undefined when it was answered with a refusal: it is no handshake, or comes from another site's page.
 */
export async function acceptWebSocket(
	request: FastifyRequest,
	reply: FastifyReply,
	{
		maxMessageBytes,
		stalledMs,
		protocols,
		anyOrigin = false,
	}: WebSocketOptions,
): Promise<WebSocket | undefined> {
	const upgrade = upgradeOf(request.raw);
	if (!upgrade) {
		reply.headers({ upgrade: "websocket", connection: "upgrade" });
		return refuse(reply, 426, "this is the address of a WebSocket");
	}
	if (!anyOrigin && !sameOrigin(request))
		return refuse(reply, 403, "pages of other sites may not watch");
	const { WebSocketServer } = await import("ws");
	const acceptor = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		perMessageDeflate: false,
		maxPayload: maxMessageBytes,
		...(protocols && {
			handleProtocols: (offered: Set<string>) =>
				protocols.find((one) => offered.has(one)) ?? false,
		}),
	});
	reply.hijack();
	reply.raw.detachSocket(request.raw.socket);
	let accepted: WebSocket | undefined;
	// It answers at once: what is wrong with the handshake itself, with a 400 of its own.
	acceptor.handleUpgrade(
		request.raw,
		upgrade.socket,
		upgrade.head,
		(webSocket) => {
			// What it sent was wrong, or it is gone; its "close" follows.
			webSocket.on("error", () => webSocket.terminate());
			accepted = webSocket;
			if (stalledMs !== undefined)
				onStalled(request.raw.socket, stalledMs, () => webSocket.terminate());
		},
	);
	return accepted;
}

function refuse(reply: FastifyReply, status: number, why: string): undefined {
	void reply.code(status).type("text/plain").send(`${why}\n`);
}

/** Browsers send a page's own login along with what a page of another site asks for; only they tell whose page it is. */
function sameOrigin({ headers }: FastifyRequest): boolean {
	const { origin, host } = headers;
	if (origin === undefined) return true;
	return URL.canParse(origin) && new URL(origin).host === host;
}
