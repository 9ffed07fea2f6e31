import type { Server } from "node:http";
import type { TLSSocket } from "node:tls";
import type { CameraConfig } from "./config/load.ts";
import type { Place } from "./place.ts";
import type { RtspServer } from "./rtsp/server.ts";
import { portTrouble } from "./system/cannot-start.ts";
import type { Log } from "./system/log.ts";
import type { Undo } from "./system/undo.ts";
import type { Certificates } from "./tls/certificates.ts";
import { listenTls } from "./tls/listener.ts";

export interface TlsOptions {
	readonly config: CameraConfig;
	readonly place: Place;
	readonly certificates: Certificates;
	/** What is served over TLS as it is without; they close the connections that they were given. */
	readonly servers: { readonly http: Server; readonly rtsp: RtspServer };
	/** Of what clients cause. */
	readonly log: Log;
	readonly undo: Undo;
}

const maxConnections = 512;

/** Starts the camera's https and rtsps, where the configuration wants them; answers their ports. Rejects with CannotStart. */
export async function startTls(options: TlsOptions): Promise<{
	readonly https: number | undefined;
	readonly rtsps: number | undefined;
}> {
	const { config, place, servers } = options;
	const { http, rtsp } = servers;
	return {
		https: await listen(options, {
			key: "https",
			port: config.https.port,
			host: place.httpHost,
			// Node's way to have its HTTP server speak over any stream.
			serve: (socket) => void http.emit("connection", socket),
			makeRoom: () => http.closeIdleConnections(),
		}),
		rtsps: await listen(options, {
			key: "rtsps",
			port: config.rtsps.port,
			host: place.rtspHost,
			serve: (socket) => rtsp.accept(socket),
			// It has fewer places and makes room by itself.
			makeRoom: () => {},
		}),
	};
}

interface Wanted {
	readonly key: "https" | "rtsps";
	readonly port: number | null;
	readonly host: string | null;
	serve(socket: TLSSocket): void;
	/** Closes connections that wait for nothing. */
	makeRoom(): void;
}

async function listen(
	{ config, certificates, log, undo }: TlsOptions,
	{ key, port, host, serve, makeRoom }: Wanted,
): Promise<number | undefined> {
	if (port === null) return undefined;
	const refused = (client: string, reason: string) =>
		log.warn(`${key} connection refused`, { client, reason });
	const listener = await listenTls({
		certificates,
		host,
		port,
		maxConnections,
		serve,
		onRefused: refused,
		onFull(client) {
			makeRoom();
			refused(client, "too many");
		},
	}).catch((error: unknown) => {
		throw portTrouble(key.toUpperCase(), `${config.prefix}${key}`, port, error);
	});
	undo.add(() => Promise.resolve(listener.close()));
	return listener.port;
}
