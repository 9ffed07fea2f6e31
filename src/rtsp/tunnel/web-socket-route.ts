import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { isForeignPage } from "../../auth/page-origin.ts";
import { acceptWebSocket } from "../../system/web-socket.ts";

/** Media2's RTSPWebSocketUri is `ws:` before it (Streaming spec, "RTP/RTSP/TCP/WebSocket"). */
export const webSocketPath = "/rtsp-over-websocket";

/** Speaks RTSP in a stream that `socket` carries; false where there is no place for it. */
export type TakeStream = (
	stream: Duplex,
	socket: Socket,
	foreignPage: boolean,
) => boolean;

/** ONVIF's name; Axis's media-stream-library offers `binary`. */
const protocols = ["rtsp.onvif.org", "binary"];
/** Requests and RTCP; what clients say is short. */
const maxMessageBytes = 64 * 1024;
/** RFC 6455, 7.4 by way of its registry: try again later. */
const tryAgainLater = 1013;

/**
 * Serves RTSP over WebSocket (Streaming spec, "WebSocket transport for RTP/RTSP/TCP"): a stream of octets, however
 * messages cut it. Its login is RTSP's, so that pages of any site may come.
 */
export function serveRtspOverWebSocket(
	server: FastifyInstance,
	take: TakeStream,
): void {
	server.get(webSocketPath, async (request, reply) => {
		const { socket } = request.raw;
		// Before the handshake: what comes right after it would find nobody who listens.
		const { createWebSocketStream } = await import("ws");
		const webSocket = await acceptWebSocket(request, reply, {
			maxMessageBytes,
			protocols,
			anyOrigin: true,
		});
		if (webSocket === undefined) return reply;
		const stream = createWebSocketStream(webSocket);
		socket.setKeepAlive(true);
		if (!take(stream, socket, isForeignPage(request.headers))) {
			stream.on("error", () => {});
			webSocket.close(tryAgainLater, "too many connections");
		}
		return reply;
	});
}
