import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { until } from "../../helpers/media.ts";
import { RtspClient } from "../rtsp-client.ts";

/** One half of a tunnel as a client has it. */
export class Half {
	readonly socket: Socket;
	/** All that the server said. */
	text = "";
	closed = false;

	constructor(socket: Socket) {
		this.socket = socket;
		socket.on("data", (chunk: Buffer) => {
			this.text += chunk.toString("latin1");
		});
		socket.on("error", () => {});
		socket.on("close", () => {
			this.closed = true;
		});
	}

	get status(): number {
		return Number(/^HTTP\/1\.1 (\d{3}) /.exec(this.text)?.[1]);
	}

	write(text: string): void {
		this.socket.write(text);
	}
}

/** Sends a tunnel's request by hand. */
export async function openHalf(
	t: TestContext,
	port: number,
	method: "GET" | "POST",
	cookie: string,
	headers: readonly string[] = [],
	host = "127.0.0.1",
	localAddress?: string,
): Promise<Half> {
	const socket = createConnection({ port, host, localAddress, noDelay: true });
	t.after(() => socket.destroy());
	await once(socket, "connect");
	const half = new Half(socket);
	const lines = [
		`${method} /main HTTP/1.0`,
		`x-sessioncookie: ${cookie}`,
		...headers,
	];
	half.write(`${lines.join("\r\n")}\r\n\r\n`);
	return half;
}

export const posted = [
	"Content-Type: application/x-rtsp-tunnelled",
	"Content-Length: 32767",
];

/** How a client writes its requests: base64, whole requests at a time. */
export type Encoding = (octets: Buffer) => readonly string[];

export const plainly: Encoding = (octets) => [octets.toString("base64")];
/** RFC 1421, 4.3.2.4: as RTSS-1-1-45 does. */
export const inLines: Encoding = (octets) => [
	`${octets.toString("base64").replace(/.{64}/g, "$&\r\n")}\r\n`,
];
export const inPieces: Encoding = (octets) => [...octets.toString("base64")];

/** The client's end of a tunnel: reads from the GET, writes to the POST that stands at the time. */
export class TunnelEnd extends Duplex {
	readonly get: Half;
	post: Half;
	readonly #encoding: Encoding;

	constructor(get: Half, post: Half, encoding: Encoding) {
		super();
		this.get = get;
		this.post = post;
		this.#encoding = encoding;
		get.socket.removeAllListeners("data");
		get.socket.on("data", (chunk) => this.push(chunk));
		get.socket.on("close", () => this.destroy());
	}

	override _read(): void {}

	override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
		for (const piece of this.#encoding(chunk)) this.post.write(piece);
		done();
	}
}

/** GET, its answer, POST: as QuickTime's heirs do it. The answer's head has been read. */
export async function openTunnel(
	t: TestContext,
	port: number,
	options: {
		readonly cookie?: string;
		readonly encoding?: Encoding;
		readonly headers?: readonly string[];
		readonly host?: string;
		readonly localAddress?: string;
	} = {},
): Promise<RtspClient<TunnelEnd>> {
	const { cookie = "abc123", encoding = plainly, headers = posted } = options;
	const { host, localAddress } = options;
	const get = await openHalf(t, port, "GET", cookie, [], host, localAddress);
	await until(() => get.text.endsWith("\r\n\r\n"), "GET is answered");
	if (get.status !== 200) throw new Error(get.text);
	const post = await openHalf(
		t,
		port,
		"POST",
		cookie,
		headers,
		host,
		localAddress,
	);
	return new RtspClient(new TunnelEnd(get, post, encoding));
}
