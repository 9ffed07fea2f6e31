import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { User } from "../auth/types.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { digestAnswer } from "./digest.ts";
import { RtspReader, type RtspResponse } from "./rtsp-reader.ts";

/** The server answered with something else than 200. */
export class RtspRefusal extends Error {
	override readonly name = "RtspRefusal";
	readonly status: number;

	constructor(method: string, { status, phrase }: RtspResponse) {
		super(`${method} is answered with ${status} ${phrase}`);
		this.status = status;
	}
}

/** A viewer over TCP, interleaved, logged in by Digest; one request at a time. */
export class RtspClient {
	readonly #url: URL;
	readonly #login: User;
	readonly #socket: Socket;
	#cseq = 0;
	#challenge: string | undefined;
	#session: string | undefined;
	#answer: Deferred<RtspResponse> | undefined;
	#packet: (packet: Buffer) => boolean = () => true;

	private constructor(url: URL, login: User, socket: Socket) {
		this.#url = url;
		this.#login = login;
		this.#socket = socket;
		const reader = new RtspReader(
			(response) => this.#answer?.resolve(response),
			(channel, packet) => {
				if (channel === 0 && !this.#packet(packet)) socket.pause();
			},
		);
		socket.on("data", (chunk: Buffer) => {
			try {
				reader.push(chunk);
			} catch (error) {
				socket.destroy(error instanceof Error ? error : undefined);
			}
		});
		socket.on("error", (error) => this.#answer?.reject(error));
		socket.on("close", () =>
			this.#answer?.reject(new Error("the connection was closed")),
		);
	}

	/** `url` is an `rtsp:` one without user and password. The signal closes the connection. */
	static async connect(
		url: URL,
		login: User,
		signal: AbortSignal,
	): Promise<RtspClient> {
		const host = url.hostname.replace(/^\[|\]$/g, "");
		const socket = connect(Number(url.port || 554), host);
		const close = () => socket.destroy();
		signal.addEventListener("abort", close, { once: true });
		socket.once("close", () => signal.removeEventListener("abort", close));
		await once(socket, "connect", { signal });
		return new RtspClient(url, login, socket);
	}

	/** The session description. */
	async describe(): Promise<string> {
		const headers = { Accept: "application/sdp" };
		return (await this.#request("DESCRIBE", this.#url.href, headers)).body;
	}

	/** Plays one track. `packet` takes RTP packets, and answers false to have no more until `resume`. */
	async play(
		control: string,
		packet: (packet: Buffer) => boolean,
	): Promise<void> {
		const base = this.#url.href.replace(/\/?$/, "/");
		const setup = await this.#request(
			"SETUP",
			/^rtsp:/i.test(control) ? control : base + control,
			{ Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" },
		);
		this.#session = setup.headers.get("session")?.split(";")[0];
		this.#packet = packet;
		await this.#request("PLAY", base, { Range: "npt=now-" });
	}

	resume(): void {
		this.#socket.resume();
	}

	close(): void {
		this.#socket.destroy();
	}

	async #request(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>>,
	): Promise<RtspResponse> {
		let response = await this.#send(method, uri, headers);
		const challenge = response.headers.get("www-authenticate");
		if (response.status === 401 && challenge !== undefined) {
			this.#challenge = challenge;
			response = await this.#send(method, uri, headers);
		}
		if (response.status !== 200) throw new RtspRefusal(method, response);
		return response;
	}

	#send(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>>,
	): Promise<RtspResponse> {
		const authorization =
			this.#challenge &&
			digestAnswer(this.#challenge, this.#login, method, uri);
		const lines = [
			`${method} ${uri} RTSP/1.0`,
			`CSeq: ${++this.#cseq}`,
			"User-Agent: onvifd doctor",
			...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
			...(authorization ? [`Authorization: ${authorization}`] : []),
			...(this.#session ? [`Session: ${this.#session}`] : []),
		];
		const answer = deferred<RtspResponse>();
		this.#answer = answer;
		if (this.#socket.destroyed)
			answer.reject(new Error("the connection was closed"));
		this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
		return answer.promise;
	}
}
