import { randomBytes } from "node:crypto";
import { createConnection, type Socket } from "node:net";
import type { Login, RtspAddress } from "./address.ts";
import { authorization } from "./authorization.ts";
import { type Challenge, chooseChallenge } from "./challenge.ts";
import { LoginRefused, RelayError } from "./errors.ts";
import { MessageReader, type RtspMessage } from "./message-reader.ts";

/** A camera that has not answered by then does not. */
const answerMs = 5000;

interface Pending {
	readonly cseq: number;
	resolve(message: RtspMessage): void;
	reject(error: Error): void;
}

export interface ConnectionOptions {
	readonly address: RtspAddress;
	readonly login: Login | undefined;
	/** An interleaved packet came. */
	readonly packet: (channel: number, packet: Buffer) => void;
	/** Aborting it hangs up. */
	readonly signal: AbortSignal;
}

/** Our side of an RTSP connection to a camera: one request at a time, logged in when the camera asks for it. */
export class RtspConnection {
	/** Resolves with why it ended. */
	readonly closed: Promise<string>;
	readonly #options: ConnectionOptions;
	readonly #socket: Socket;
	#close: (reason: string) => void = () => {};
	#pending: Pending | undefined;
	#cseq = 0;
	#challenge: Challenge | undefined;
	#count = 0;

	constructor(options: ConnectionOptions) {
		this.#options = options;
		const { host, port } = options.address;
		this.closed = new Promise((resolve) => {
			this.#close = resolve;
		});
		this.#socket = createConnection({ host, port });
		this.#socket.setNoDelay(true);
		const reader = new MessageReader({
			message: (message) => this.#message(message),
			packet: options.packet,
		});
		this.#socket.on("data", (chunk) => {
			try {
				reader.push(chunk);
			} catch (error) {
				this.end(error instanceof Error ? error.message : String(error));
			}
		});
		this.#socket.on("error", (error) => this.end(reasonOf(error)));
		this.#socket.on("close", () => this.end("it hung up"));
		options.signal.addEventListener("abort", () => this.end("stopped"), {
			once: true,
		});
		if (options.signal.aborted) this.end("stopped");
	}

	/** The camera's own address, once connected. */
	get remoteAddress(): string | undefined {
		return this.#socket.remoteAddress;
	}

	/**
	 * Sends a request and waits for its answer, whatever its status is.
	 * @throws RelayError when none comes; LoginRefused when our login is not taken
	 */
	async request(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>> = {},
	): Promise<RtspMessage> {
		const before = this.#challenge;
		const answer = await this.#send(method, uri, headers);
		if (answer.status !== 401) return answer;
		const { login } = this.#options;
		const challenge = chooseChallenge(
			answer.headers.get("www-authenticate") ?? [],
		);
		if (!login)
			throw new LoginRefused(
				"401: it wants a user and password: none is given",
			);
		if (!challenge)
			throw new LoginRefused("401: it offers no login that we know");
		const stale = challenge.scheme === "digest" && challenge.stale;
		if (before && !stale) throw new LoginRefused("401: wrong user or password");
		this.#challenge = challenge;
		this.#count = 0;
		const second = await this.#send(method, uri, headers);
		if (second.status === 401)
			throw new LoginRefused("401: wrong user or password");
		return second;
	}

	/** Sends a request whose answer nobody waits for. */
	tell(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>>,
	): void {
		this.#write(method, uri, headers);
	}

	end(reason: string): void {
		this.#close(reason);
		this.#pending?.reject(new RelayError(reason));
		this.#pending = undefined;
		this.#socket.destroy();
	}

	/** What was written last still goes out. */
	hangUp(): void {
		this.#close("stopped");
		this.#socket.destroySoon();
	}

	async #send(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>>,
	): Promise<RtspMessage> {
		if (this.#socket.destroyed) throw new RelayError(await this.closed);
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.end("it does not answer"), answerMs);
			this.#pending = {
				cseq: this.#write(method, uri, headers),
				resolve(message) {
					clearTimeout(timer);
					resolve(message);
				},
				reject(error) {
					clearTimeout(timer);
					reject(error);
				},
			};
		});
	}

	#write(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>>,
	): number {
		const cseq = ++this.#cseq;
		const lines = [
			`${method} ${uri} RTSP/1.0`,
			`CSeq: ${cseq}`,
			"User-Agent: onvifd",
			...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
		];
		const { login } = this.#options;
		if (this.#challenge && login)
			lines.push(
				`Authorization: ${authorization(this.#challenge, login, {
					method,
					uri,
					count: ++this.#count,
					cnonce: randomBytes(8).toString("hex"),
				})}`,
			);
		this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
		return cseq;
	}

	#message(message: RtspMessage): void {
		const cseq = message.headers.get("cseq")?.[0];
		if (message.status === 0) {
			// A request of the camera's: it gets its answer, so that it goes on.
			if (cseq !== undefined && /^\d{1,10}$/.test(cseq))
				this.#socket.write(
					`RTSP/1.0 501 Not Implemented\r\nCSeq: ${cseq}\r\n\r\n`,
				);
			return;
		}
		// Answers to what was merely told come too; some cameras forget CSeq.
		if (!this.#pending) return;
		if (cseq !== undefined && Number(cseq) !== this.#pending.cseq) return;
		const { resolve } = this.#pending;
		this.#pending = undefined;
		resolve(message);
	}
}

function reasonOf(error: Error): string {
	const code = "code" in error ? error.code : undefined;
	if (code === "ECONNREFUSED") return "nothing listens there";
	if (code === "ENOTFOUND" || code === "EAI_AGAIN")
		return "its name is not known";
	if (code === "EHOSTUNREACH" || code === "ENETUNREACH")
		return "there is no way to it in the network";
	if (code === "ETIMEDOUT") return "it does not answer";
	return code === "ECONNRESET" || code === "EPIPE"
		? "it hung up"
		: String(code ?? error.message);
}
