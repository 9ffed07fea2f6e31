import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { DigestAuth } from "../auth/types.ts";
import type { StreamDirectory } from "../media/types.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { type Ends, RtspConnection } from "./connection.ts";
import type { RtspContext } from "./context.ts";
import { defaultLimits, type RtspLimits } from "./limits.ts";
import { Pacer } from "./pacer.ts";
import { SessionStore } from "./session-store.ts";
import { UdpPorts } from "./udp-ports.ts";

export interface RtspServerOptions {
	readonly directory: StreamDirectory;
	readonly auth: DigestAuth;
	readonly log: Log;
	readonly clock: Clock;
	/** Session ids and RTCP's CNAME are made of it. */
	readonly random?: (size: number) => Buffer;
	readonly limits?: Partial<RtspLimits>;
}

/** An RTSP 1.0 server (RFC 2326; ONVIF Streaming): its URLs are `rtsp://host:port/<profile token>`. */
export class RtspServer {
	readonly #context: RtspContext;
	readonly #connections = new Set<RtspConnection>();
	readonly #perAddress = new Map<string, number>();
	#server: Server | undefined;
	#timer: NodeJS.Timeout | undefined;
	#turnedAway = 0;

	constructor(options: RtspServerOptions) {
		const { directory, auth, log, clock } = options;
		const random = options.random ?? randomBytes;
		this.#context = {
			directory,
			auth,
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
			cname: random(12).toString("base64"),
		};
	}

	get connections(): number {
		return this.#connections.size;
	}

	get sessions(): number {
		return this.#context.sessions.size;
	}

	/** Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...). All addresses without `host`; port 0 takes a free one. */
	async listen(port: number, host?: string): Promise<{ port: number }> {
		const server = createServer({ noDelay: true, keepAlive: true }, (socket) =>
			this.#accept(socket),
		);
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
		const server = this.#server;
		this.#server = undefined;
		const closed = server && once(server, "close");
		server?.close();
		for (const session of this.#context.sessions)
			this.#context.sessions.end(session, "the server stops");
		await Promise.all([...this.#connections].map((each) => each.close()));
		await closed;
	}

	#accept(socket: Socket): void {
		const ends = endsOf(socket);
		// Gone before it was looked at.
		if (ends === undefined) return void socket.destroy();
		const address = ends.remoteAddress;
		const { connections, connectionsPerAddress } = this.#context.limits;
		const before = this.#perAddress.get(address) ?? 0;
		if (
			this.#connections.size >= connections ||
			before >= connectionsPerAddress
		) {
			socket.destroy();
			if (this.#turnedAway++ === 0)
				this.#context.log.warn("RTSP connection refused: too many", {
					client: address,
				});
			return;
		}
		this.#perAddress.set(address, before + 1);
		const connection = new RtspConnection(socket, ends, this.#context);
		this.#connections.add(connection);
		socket.once("close", () => {
			this.#connections.delete(connection);
			const left = (this.#perAddress.get(address) ?? 1) - 1;
			if (left > 0) this.#perAddress.set(address, left);
			else this.#perAddress.delete(address);
			this.#turnedAway = 0;
		});
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
	}
}

function endsOf(socket: Socket): Ends | undefined {
	const { localAddress, localPort, remoteAddress, remotePort } = socket;
	if (!localAddress || !localPort || !remoteAddress || !remotePort)
		return undefined;
	return {
		localAddress: localAddress.replace(/^::ffff:(?=\d+\.)/i, ""),
		localPort,
		remoteAddress: remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ""),
		remotePort,
	};
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
