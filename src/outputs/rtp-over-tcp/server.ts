import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { StreamDirectory } from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { plainAddress } from "../../system/plain-address.ts";
import type { Audience } from "../audience.ts";
import { RtpOverTcpViewer } from "./viewer.ts";

/** One entry of the configuration's `rtpOverTcp`. */
export interface RtpOverTcpEntry {
	/** The profile's token. */
	readonly profile: string;
	readonly host: string;
	readonly port: number;
	readonly media: "video" | "audio";
}

export interface RtpOverTcpOptions {
	readonly directory: StreamDirectory;
	readonly audience: Audience;
	readonly clock: Clock;
	readonly log: Log;
}

/** Connections of one port. */
const maxConnections = 64;

/** Sends one stream of a profile to whoever connects, without login: RTP in the framing of RFC 4571. */
export class RtpOverTcpServer {
	readonly #entry: RtpOverTcpEntry;
	readonly #options: RtpOverTcpOptions;
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	constructor(entry: RtpOverTcpEntry, options: RtpOverTcpOptions) {
		this.#entry = entry;
		this.#options = options;
		this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) =>
			this.#accept(socket),
		);
		this.#server.maxConnections = maxConnections;
		this.#server.on("drop", (dropped) =>
			options.log.warn("RTP over TCP refused: too many viewers", {
				client: plainAddress(dropped?.remoteAddress ?? ""),
				profile: entry.profile,
			}),
		);
	}

	/** Resolves to the port. Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...). */
	async listen(): Promise<number> {
		const { host, port } = this.#entry;
		this.#server.listen({ host, port, backlog: 32 });
		await once(this.#server, "listening");
		this.#server.on("error", (error) =>
			this.#options.log.error("RTP over TCP cannot take a viewer", {
				reason: error.message,
			}),
		);
		const address = this.#server.address();
		return typeof address === "object" && address ? address.port : port;
	}

	/** Resolves when every connection is closed. */
	async close(): Promise<void> {
		if (!this.#server.listening) return;
		const closed = once(this.#server, "close");
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}

	#accept(socket: Socket): void {
		const { profile, media } = this.#entry;
		const { directory, audience, clock, log } = this.#options;
		const client = plainAddress(socket.remoteAddress ?? "");
		// It tells of itself by "close".
		socket.on("error", () => {});
		const track = directory
			.find(profile)
			?.tracks.find((one) => one.media === media);
		if (track === undefined) {
			log.warn("RTP over TCP has nothing to send", { client, profile, media });
			socket.destroy();
			return;
		}
		this.#sockets.add(socket);
		// What viewers say has no meaning here.
		socket.resume();
		const viewer = new RtpOverTcpViewer(track, socket, clock);
		log.info("RTP over TCP viewer came", { client, profile, media });
		const leave = audience.enter({
			...{ client, profile },
			user: undefined,
			by: "RTP over TCP",
		});
		socket.once("close", () => {
			leave();
			this.#sockets.delete(socket);
			const framesDropped = viewer.dropped || undefined;
			log.info("RTP over TCP viewer left", { client, profile, framesDropped });
		});
	}
}
