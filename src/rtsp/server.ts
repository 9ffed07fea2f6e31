import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Guesses } from "../auth/guesses.ts";
import type { DigestAuth } from "../auth/types.ts";
import { Pacer } from "../media/rtp/pacer.ts";
import type { StreamDirectory } from "../media/types.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { type Carriage, RtspConnection } from "./connection.ts";
import type { Multicasting, RtspContext } from "./context.ts";
import { endsOf, isSecure } from "./ends.ts";
import { defaultLimits, type RtspLimits } from "./limits.ts";
import { writeResponse } from "./message.ts";
import { Places } from "./places.ts";
import { SessionStore } from "./session-store.ts";
import { refuseTunnel } from "./tunnel/http-answer.ts";
import { HttpTunnels } from "./tunnel/http-tunnels.ts";
import type { TunnelRequest } from "./tunnel/request.ts";
import { UdpPorts } from "./udp-ports.ts";
import { type ViewerStatus, viewerStatus } from "./viewer-status.ts";

export interface RtspServerOptions {
	readonly directory: StreamDirectory;
	readonly auth: DigestAuth;
	/** As other servers of the same users have it. */
	readonly guesses: Guesses;
	readonly log: Log;
	readonly clock: Clock;
	/** Session ids and RTCP's CNAME are made of it. */
	readonly random?: (size: number) => Buffer;
	readonly limits?: Partial<RtspLimits>;
	readonly multicast?: Multicasting;
}

/**
 * An RTSP 1.0 server (RFC 2326; ONVIF Streaming): its URLs are `rtsp://host:port/<profile token>`.
 * On its own port it also takes RTSP over HTTP; other servers hand theirs over.
 */
export class RtspServer {
	readonly #context: RtspContext;
	readonly #connections = new Set<RtspConnection>();
	/** Of sockets: a tunnel has two. */
	readonly #places: Places;
	readonly #tunnels: HttpTunnels;
	#server: Server | undefined;
	#timer: NodeJS.Timeout | undefined;
	#closing = false;

	constructor(options: RtspServerOptions) {
		const { directory, auth, guesses, log, clock } = options;
		const random = options.random ?? randomBytes;
		this.#context = {
			directory,
			auth,
			guesses,
			log,
			clock,
			random,
			limits: { ...defaultLimits, ...options.limits },
			sessions: new SessionStore(clock, log, random),
			udp: new UdpPorts(
				onceAMinute(clock, (error) =>
					log.warn("RTP could not be sent", { reason: error.message }),
				),
			),
			pacer: new Pacer(),
			multicast: options.multicast,
			cname: random(12).toString("base64"),
		};
		const { limits } = this.#context;
		this.#places = new Places(limits, (address) => this.#makeRoom(address));
		this.#tunnels = new HttpTunnels({
			clock,
			log,
			postSeconds: limits.postSeconds,
			serve: (socket, ends, secure) =>
				this.#serve({
					...{ socket, ends, secure },
					kind: "RTSP over HTTP",
					interleavedOnly: true,
				}),
		});
	}

	get connections(): number {
		return this.#connections.size;
	}

	get sessions(): number {
		return this.#context.sessions.size;
	}

	/** Who has set up what, and what their receiver reports say of it (RFC 3550, 6.4.2). */
	get viewers(): readonly ViewerStatus[] {
		return [...this.#context.sessions].map(viewerStatus);
	}

	/** Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...). All addresses without `host`; port 0 takes a free one. */
	async listen(port: number, host?: string): Promise<{ port: number }> {
		const server = createServer({ noDelay: true, keepAlive: true }, (socket) =>
			this.accept(socket),
		);
		// Those beyond its own limit are told so; beyond this one nobody is looked at.
		server.maxConnections = 2 * this.#context.limits.connections;
		server.listen({ port, host, backlog: 128 });
		await once(server, "listening");
		server.on("error", (error) =>
			this.#context.log.error("RTSP connection could not be accepted", {
				reason: error.message,
			}),
		);
		this.#server = server;
		const every = this.#context.limits.sweepMilliseconds;
		this.#timer = setInterval(() => this.#sweep(), every).unref();
		const address = server.address();
		return {
			port: typeof address === "object" && address ? address.port : port,
		};
	}

	/** Ends all sessions with RTCP BYE; resolves when every connection is closed. */
	async close(): Promise<void> {
		clearInterval(this.#timer);
		this.#closing = true;
		const server = this.#server;
		this.#server = undefined;
		const closed = server && once(server, "close");
		server?.close();
		this.#tunnels.close();
		for (const session of this.#context.sessions)
			this.#context.sessions.end(session, "the server stops");
		await Promise.all([...this.#connections].map((each) => each.close()));
		await closed;
	}

	/** Takes over half of an RTSP-over-HTTP tunnel that came to another server; `rest` is what followed the request's head. */
	takeTunnel(request: TunnelRequest, socket: Socket, rest: Buffer): void {
		const ends = endsOf(socket);
		if (ends === undefined || this.#closing) return void socket.destroy();
		if (this.#places.take(socket, ends.remoteAddress)) {
			socket.setKeepAlive(true);
			this.#tunnels.take({ request, socket, ends, rest });
		} else {
			socket.on("error", () => {});
			refuseTunnel(socket, 503, "too many connections");
		}
	}

	/**
	 * Speaks RTSP in a stream that the connection carries; false where there is no place for it.
	 * @param foreignPage a page of another site opened it
	 */
	takeStream(stream: Duplex, socket: Socket, foreignPage: boolean): boolean {
		const ends = endsOf(socket);
		if (ends === undefined || this.#closing) return false;
		if (!this.#places.take(socket, ends.remoteAddress)) return false;
		const secure = isSecure(socket);
		this.#serve({
			socket: stream,
			ends,
			secure,
			kind: "RTSP over WebSocket",
			interleavedOnly: true,
			foreignPage,
		});
		return true;
	}

	/**
	 * Takes a connection that another server accepted. Over TLS its packets travel in it and nowhere else: over UDP
	 * they would be in the clear.
	 */
	accept(socket: Socket): void {
		const ends = endsOf(socket);
		// Gone before it was looked at.
		if (ends === undefined || this.#closing) return void socket.destroy();
		if (!this.#places.take(socket, ends.remoteAddress)) {
			this.#turnAway(socket, ends.remoteAddress);
			return;
		}
		const secure = isSecure(socket);
		const connection = this.#serve({
			socket,
			ends,
			secure,
			kind: secure ? "RTSP over TLS" : "RTSP",
			interleavedOnly: secure,
			onTunnel: ({ request, rest }) => {
				this.#connections.delete(connection);
				this.#tunnels.take({ request, socket, ends, rest });
			},
		});
	}

	#serve(carriage: Carriage): RtspConnection {
		const connection = new RtspConnection(carriage, this.#context);
		this.#connections.add(connection);
		carriage.socket.once("close", () => this.#connections.delete(connection));
		return connection;
	}

	/** Of the connections that nobody has logged in on, the one that was opened first gives way: silence keeps nobody out. */
	#makeRoom(address: string | undefined): boolean {
		for (const connection of this.#connections) {
			if (!connection.dispensable) continue;
			if (address !== undefined && connection.remoteAddress !== address)
				continue;
			this.#connections.delete(connection);
			connection.drop();
			return true;
		}
		return false;
	}

	#turnAway(socket: Socket, client: string): void {
		const { clock, log } = this.#context;
		const full = {
			status: 503 as const,
			headers: [["Retry-After", "5"]] as const,
		};
		socket.on("error", () => {});
		socket.end(writeResponse(full, undefined, clock.now()), () =>
			socket.destroy(),
		);
		log.warn("RTSP connection refused: too many", { client });
	}

	#sweep(): void {
		const { sessions, clock } = this.#context;
		const silent = sessions.sweep();
		for (const connection of this.#connections)
			for (const session of silent)
				if (session.carriedBy(connection))
					connection.endSession(session, "nothing heard within its timeout");
		for (const session of silent)
			sessions.end(session, "nothing heard within its timeout");
		const now = clock.monotonic();
		for (const connection of this.#connections) connection.sweep(now);
		this.#tunnels.sweep(now);
	}
}

/** A host without a route would fill the log with one line a packet. */
function onceAMinute(
	clock: Clock,
	report: (error: Error) => void,
): (error: Error) => void {
	let last = Number.NEGATIVE_INFINITY;
	return (error) => {
		if (clock.monotonic() - last < 60_000) return;
		last = clock.monotonic();
		report(error);
	};
}
