import type { Duplex } from "node:stream";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { type Ends, isSecure } from "../ends.ts";
import {
	refuseTunnel,
	type TunnelRefusal,
	tunnelOpened,
} from "./http-answer.ts";
import { HttpTunnel } from "./http-tunnel.ts";
import type { TunnelRequest } from "./request.ts";

/** One of a tunnel's two connections; its request has been read. */
export interface TunnelHalf {
	readonly request: TunnelRequest;
	readonly socket: Duplex;
	readonly ends: Ends;
	/** What came after the request's head. */
	readonly rest: Buffer;
}

export interface HttpTunnelsOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** A POST without its GET is closed after so long. */
	readonly postSeconds: number;
	/** Speaks RTSP in a tunnel that is open; `secure`: both its halves are over TLS. */
	serve(tunnel: HttpTunnel, ends: Ends, secure: boolean): void;
}

/** The RTSP-over-HTTP tunnels of one server: brings GET and POST together, whichever port they came to. */
export class HttpTunnels {
	readonly #options: HttpTunnelsOptions;
	readonly #open = new Map<string, HttpTunnel>();
	/** POSTs that came before their GET, through a proxy, and since when they wait. */
	readonly #early = new Map<string, TunnelHalf & { readonly since: number }>();

	constructor(options: HttpTunnelsOptions) {
		this.#options = options;
	}

	/** Takes over the socket; answers and closes it where there can be no tunnel. */
	take(half: TunnelHalf): void {
		const { request, socket } = half;
		// What went wrong with a client's connection is the client's; 'close' follows.
		socket.on("error", () => {});
		// Until somebody wants what it says.
		socket.pause();
		if (request.chunked)
			this.#refuse(half, 501, "a tunnel's POST cannot be chunked");
		else if (request.method === "GET") this.#takeGet(half);
		else this.#takePost(half);
	}

	/** To be called about once a second. `now` is monotonic. */
	sweep(now: number): void {
		for (const tunnel of this.#open.values()) tunnel.sweep(now);
		for (const [key, half] of this.#early) {
			if (now - half.since < this.#options.postSeconds * 1000) continue;
			this.#early.delete(key);
			this.#refuse(half, 404, "no GET has this x-sessioncookie");
		}
	}

	/** Those that are open end with their RTSP connections. */
	close(): void {
		for (const { socket } of this.#early.values()) socket.destroy();
	}

	#takeGet(half: TunnelHalf): void {
		const { socket, ends } = half;
		const { clock, serve } = this.#options;
		const key = keyOf(half);
		if (this.#open.has(key)) {
			this.#refuse(half, 409, "another GET has this x-sessioncookie");
			return;
		}
		const tunnel = new HttpTunnel(socket, (post) =>
			this.#refuse({ ...half, socket: post }, 400, "POST is not base64"),
		);
		this.#open.set(key, tunnel);
		tunnel.once("close", () => this.#open.delete(key));
		socket.write(tunnelOpened(clock.now()));
		serve(tunnel, ends, isSecure(socket));
		const early = this.#early.get(key);
		this.#early.delete(key);
		if (early) tunnel.post(early.socket, early.rest, clock.monotonic());
	}

	#takePost(half: TunnelHalf): void {
		const { socket, rest } = half;
		const key = keyOf(half);
		const now = this.#options.clock.monotonic();
		const tunnel = this.#open.get(key);
		if (tunnel) {
			tunnel.post(socket, rest, now);
			return;
		}
		this.#early.get(key)?.socket.destroy();
		this.#early.set(key, { ...half, since: now });
		socket.once("close", () => {
			if (this.#early.get(key)?.socket === socket) this.#early.delete(key);
		});
	}

	#refuse(
		{ socket, ends }: TunnelHalf,
		status: TunnelRefusal,
		reason: string,
	): void {
		refuseTunnel(socket, status, reason);
		const client = ends.remoteAddress;
		this.#options.log.warn("RTSP over HTTP refused", {
			client,
			status,
			reason,
		});
	}
}

/** A GET over TLS has no POST without: what that carries is to be as secret. */
function keyOf({ request, socket }: TunnelHalf): string {
	return `${isSecure(socket) ? "TLS" : "TCP"} ${request.cookie}`;
}
