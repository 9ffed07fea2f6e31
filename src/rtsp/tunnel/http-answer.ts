import type { Duplex } from "node:stream";

const phrases = {
	400: "Bad Request",
	404: "Not Found",
	408: "Request Timeout",
	409: "Conflict",
	501: "Not Implemented",
	503: "Service Unavailable",
} as const;

export type TunnelRefusal = keyof typeof phrases;

/** What the client reads before anything of RTSP. Without a length: it lasts as long as the connection. */
export function tunnelOpened(now: number): string {
	return (
		"HTTP/1.1 200 OK\r\nServer: onvifd\r\n" +
		`Date: ${new Date(now).toUTCString()}\r\n` +
		"Connection: close\r\nCache-Control: no-store\r\nPragma: no-cache\r\n" +
		"Content-Type: application/x-rtsp-tunnelled\r\n\r\n"
	);
}

/** Answers half a tunnel with why there will be none, and closes it. */
export function refuseTunnel(
	socket: Duplex,
	status: TunnelRefusal,
	reason: string,
): void {
	const body = `${reason}\n`;
	socket.end(
		`HTTP/1.1 ${status} ${phrases[status]}\r\nServer: onvifd\r\nConnection: close\r\n` +
			`Content-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
	);
	// Unread, what still comes would reset the connection and take the answer with it.
	socket.resume();
	const timer = setTimeout(() => socket.destroy(), 500);
	socket.once("close", () => clearTimeout(timer));
}
