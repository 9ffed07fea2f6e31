import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { plainAddress } from "../system/plain-address.ts";
import type { Certificates } from "./certificates.ts";
import type { Credentials } from "./credentials.ts";

export interface TlsListenerOptions {
	readonly certificates: Certificates;
	/** All addresses where it is null. */
	readonly host: string | null;
	/** 0 takes a free one. */
	readonly port: number;
	readonly maxConnections: number;
	/** Takes a connection whose handshake is done. */
	serve(socket: TLSSocket): void;
	/** Hears of a client that was turned away, as there are so many: some of those may give way to the next. */
	onFull(client: string): void;
	/** Hears of a client that did not get so far. */
	onRefused(client: string, reason: string): void;
}

export interface TlsListener {
	readonly port: number;
	/** Takes no more; those that were served stay whose they are. */
	close(): void;
}

const handshakeMs = 10_000;

function contextOf({ certificate, key }: Credentials): TlsOptions {
	return { cert: certificate, key, minVersion: "TLSv1.2" };
}

/** Listens for TLS 1.2 and newer. Rejects with the system's error. */
export async function listenTls(
	options: TlsListenerOptions,
): Promise<TlsListener> {
	const { certificates, host, port, maxConnections } = options;
	const server = createServer({
		...contextOf(certificates.current),
		handshakeTimeout: handshakeMs,
		noDelay: true,
	});
	server.maxConnections = maxConnections;
	server.on("drop", (dropped) =>
		options.onFull(plainAddress(dropped?.remoteAddress ?? "unknown")),
	);
	let closing = false;
	/** Connections within their handshake. */
	const shaking = new Map<string, Socket>();
	/** Why handshakes failed just now: Node tells it once their addresses are gone, and closes their sockets next. */
	const failed: string[] = [];
	server.on("connection", (socket) => {
		const place = placeOf(socket);
		const client = plainAddress(socket.remoteAddress ?? "unknown");
		shaking.set(place, socket);
		socket.once("close", () => {
			if (!shaking.delete(place)) return;
			const reason = failed.shift();
			if (reason !== undefined) options.onRefused(client, reason);
		});
	});
	server.on("secureConnection", (socket) => {
		shaking.delete(placeOf(socket));
		if (closing) socket.destroy();
		else options.serve(socket);
	});
	server.on("tlsClientError", (error, socket) => {
		if (failed.length < shaking.size) failed.push(reasonOf(error));
		socket.destroy();
	});
	const forget = certificates.onRenewed((renewed) =>
		server.setSecureContext(contextOf(renewed)),
	);
	server.listen({ port, host: host ?? undefined });
	await once(server, "listening");
	const address = server.address();
	return {
		port: typeof address === "object" && address ? address.port : port,
		close() {
			closing = true;
			forget();
			server.close();
			for (const socket of shaking.values()) socket.destroy();
		},
	};
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
	return `${remoteAddress} ${remotePort}`;
}

/** OpenSSL's own word where there is one: its messages begin with numbers. */
function reasonOf(error: Error): string {
	return "reason" in error && typeof error.reason === "string"
		? error.reason
		: error.message;
}
