import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

export type Answer = (method: string, cseq: string, socket: Socket) => void;
export type Answers = Readonly<Record<string, Answer>>;

export const reply =
	(status: string, head: readonly string[] = [], body = ""): Answer =>
	(_, cseq, socket) =>
		socket.write(
			[
				`RTSP/1.0 ${status}`,
				`CSeq: ${cseq}`,
				...head,
				`Content-Length: ${Buffer.byteLength(body)}`,
				"",
				body,
			].join("\r\n"),
		);

export const sends =
	(bytes: string | Buffer): Answer =>
	(_, __, socket) =>
		socket.write(bytes);

export const describes = (...lines: readonly string[]): Answer =>
	reply(
		"200 OK",
		["Content-Type: application/sdp"],
		["v=0", ...lines, ""].join("\r\n"),
	);

export const video = [
	"m=video 0 RTP/AVP 96",
	"a=rtpmap:96 H264/90000",
	"a=control:trackID=1",
];

export const setUp = reply("200 OK", [
	"Session: 1;timeout=60",
	"Transport: RTP/AVP/TCP;unicast;interleaved=0-1",
]);

/** Reports come interleaved before requests. */
function withoutPackets(text: string): string {
	let rest = text;
	while (rest.startsWith("$"))
		rest = rest.slice(4 + rest.charCodeAt(2) * 256 + rest.charCodeAt(3));
	return rest;
}

/** A server that answers each method as told, and what is left with 200. */
export class ScriptedServer {
	readonly requests: string[] = [];
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	constructor(answers: Answers, tls?: TlsOptions) {
		const serve = (socket: Socket) => {
			this.#sockets.add(socket);
			socket.on("error", () => {});
			socket.on("data", (data) => {
				for (const one of data.toString("latin1").split("\r\n\r\n")) {
					const text = withoutPackets(one);
					const method = /^[A-Z_]+/.exec(text)?.[0];
					if (!method) continue;
					this.requests.push(text);
					const cseq = /CSeq: (\d+)/.exec(text)?.[1] ?? "";
					(answers[method] ?? reply("200 OK"))(method, cseq, socket);
				}
			});
		};
		this.#server = tls ? createTlsServer(tls, serve) : createServer(serve);
	}

	/** The requests of a method, in order. */
	of(method: string): readonly string[] {
		return this.requests.filter((text) => text.startsWith(`${method} `));
	}

	async listen(): Promise<number> {
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
		const address = this.#server.address();
		return typeof address === "object" && address ? address.port : 0;
	}

	close(): void {
		for (const socket of this.#sockets) socket.destroy();
		this.#server.close();
	}
}
