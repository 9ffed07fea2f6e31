import type { Server } from "node:http";
import type { Socket } from "node:net";
import { refuseTunnel } from "./http-answer.ts";
import { readTunnelRequest, type TunnelRequest } from "./request.ts";

/** From a connection's start to the end of its first request's head: what Node's own server gives. */
const headMs = 10_000;
const headBytes = 8192;
/** What may still become `GET /` or `POST /`. */
const beginning = /^(?:G(?:E(?:T(?: .*)?)?)?|P(?:O(?:S(?:T(?: .*)?)?)?)?)?$/s;

/** Takes over a connection that asked for a tunnel. */
export type TakeTunnel = (
	request: TunnelRequest,
	socket: Socket,
	rest: Buffer,
) => void;

/**
 * Has connections whose first request opens a tunnel taken over before Node's HTTP server sees
 * them: it would count the endless POST's octets against its made-up length, and its time.
 *
 * @returns closes those that said too little for so many milliseconds
 */
export function divertTunnels(
	server: Server,
	take: TakeTunnel,
): (olderThanMs: number) => void {
	const serve = server.listeners("connection");
	server.removeAllListeners("connection");
	const undecided = new Map<Socket, number>();
	server.on("connection", (socket: Socket) => {
		undecided.set(socket, performance.now());
		firstRequest(socket, (request, rest) => {
			undecided.delete(socket);
			if (request) take(request, socket, rest);
			else for (const each of serve) Reflect.apply(each, server, [socket]);
		});
		socket.once("close", () => undecided.delete(socket));
	});
	return (olderThanMs) => {
		const limit = performance.now() - olderThanMs;
		for (const [socket, since] of undecided)
			if (since <= limit) socket.destroy();
	};
}

/** Calls back once: with the tunnel's request, or without, and all that was read is still to be read. */
function firstRequest(
	socket: Socket,
	found: (request: TunnelRequest | undefined, rest: Buffer) => void,
): void {
	let seen: Buffer = Buffer.alloc(0);
	const look = (): void => {
		const chunk: Buffer | null = socket.read();
		if (chunk === null) return;
		seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
		const text = seen.toString("latin1", 0, headBytes);
		const end = /\r?\n\r?\n/.exec(text);
		if (!end && seen.length < headBytes && beginning.test(text)) return;
		leave();
		const request = end
			? readTunnelRequest(text.slice(0, end.index))
			: undefined;
		if (end && request)
			found(request, seen.subarray(end.index + end[0].length));
		else {
			socket.unshift(seen);
			found(undefined, seen);
		}
	};
	const gone = () => socket.destroy();
	const timer = setTimeout(() => {
		leave();
		socket.on("error", () => {});
		refuseTunnel(socket, 408, "no request came in time");
	}, headMs).unref();
	const leave = (): void => {
		clearTimeout(timer);
		socket.off("readable", look).off("end", gone).off("error", gone);
		socket.off("close", leave);
	};
	socket.on("readable", look).on("end", gone).on("error", gone);
	socket.on("close", leave);
}
