import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Login, RtspAddress } from "./address.ts";
import { authorization } from "./authorization.ts";
import { type Challenge, chooseChallenge } from "./challenge.ts";
import { LoginRefused, RtspError, reasonOf, Unreachable } from "./errors.ts";
import { header, MessageReader, type RtspMessage } from "./message-reader.ts";
import { openSocket } from "./socket.ts";

const connectMs = 5000;
/** A server that has not answered by then does not. Some start their encoder for a DESCRIBE and take 9 s. */
const answerMs = 12_000;

/** Octets. */
const maxWaiting = 16 * 1024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const unsendable = /[\x00-\x20\x7f]/g;

interface Pending {
	readonly cseq: number;
	resolve(message: RtspMessage): void;
	reject(error: Error): void;
}

export interface ConnectionOptions {
	readonly address: RtspAddress;
	readonly login: Login | undefined;
	readonly verifyCertificate?: boolean;
	readonly userAgent?: string;
	/** An interleaved packet came. */
	readonly packet: (channel: number, packet: Buffer) => void;
	/** Aborting it hangs up. */
	readonly signal: AbortSignal;
}

/** Our side of an RTSP connection: one request at a time, logged in when the server asks for it. */
export class RtspConnection {
	/** Resolves with why it ended. */
	readonly closed: Promise<string>;
	readonly #options: ConnectionOptions;
	readonly #socket: Socket;
	#close: (reason: string) => void = () => {};
	#connected = false;
	#turn: Promise<unknown> = Promise.resolve();
	#pending: Pending | undefined;
	/** Runs while an answer is due. Over a slow link it comes behind all the packets that were sent before. */
	#waiting: NodeJS.Timeout | undefined;
	#cseq = 0;
	#challenge: Challenge | undefined;
	#count = 0;

	private constructor(options: ConnectionOptions, socket: Socket) {
		this.#options = options;
		this.#socket = socket;
		this.closed = new Promise((resolve) => {
			this.#close = resolve;
		});
		const reader = new MessageReader({
			message: (message) => this.#message(message),
			packet: (channel, packet) => {
				this.#waiting?.refresh();
				options.packet(channel, packet);
			},
		});
		socket.on("data", (chunk) => {
			try {
				reader.push(chunk);
			} catch (error) {
				this.end(error instanceof Error ? error.message : String(error));
			}
		});
		socket.on("error", (error) => this.end(reasonOf(error)));
		socket.on("close", () => this.end("it hung up"));
		const { signal } = options;
		const stop = () => this.end("stopped");
		signal.addEventListener("abort", stop, { once: true });
		void this.closed.then(() => signal.removeEventListener("abort", stop));
		if (signal.aborted) stop();
	}

	/** Begins to connect; whether that comes to anything, the first request tells. */
	static async open(options: ConnectionOptions): Promise<RtspConnection> {
		const { socket, connected } = await openSocket(
			options.address,
			options.verifyCertificate ?? true,
		);
		const connection = new RtspConnection(options, socket);
		const timer = setTimeout(
			() => connection.end("it does not answer"),
			connectMs,
		);
		socket.once(connected, () => {
			clearTimeout(timer);
			connection.#connected = true;
		});
		void connection.closed.then(() => clearTimeout(timer));
		return connection;
	}

	/** The server's own address, once connected. */
	get remoteAddress(): string | undefined {
		return this.#socket.remoteAddress;
	}

	/**
	 * Sends a request and waits for its answer, whatever its status is.
	 * @throws RtspError when none comes; Unreachable when there never was a connection; LoginRefused when our login is not taken
	 */
	request(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>> = {},
	): Promise<RtspMessage> {
		const answer = this.#turn.then(() => this.#ask(method, uri, headers));
		this.#turn = answer.catch(() => undefined);
		return answer;
	}

	async #ask(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>>,
	): Promise<RtspMessage> {
		const before = this.#challenge;
		const answer = await this.#send(method, uri, headers);
		if (answer.status !== 401) return answer;
		const challenge = chooseChallenge(
			answer.headers.get("www-authenticate") ?? [],
		);
		if (!this.#options.login)
			throw new LoginRefused("it wants a user and password: none is given");
		if (!challenge) throw new LoginRefused("it offers no login that we know");
		if (before && !isRenewed(before, challenge))
			throw new LoginRefused("wrong user or password");
		this.#challenge = challenge;
		this.#count = 0;
		const second = await this.#send(method, uri, headers);
		if (second.status === 401) throw new LoginRefused("wrong user or password");
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

	/** Sends an interleaved packet (RFC 2326, 10.12); not where the server does not even take what was sent before. */
	packet(channel: number, packet: Buffer): void {
		if (this.#socket.writableLength > maxWaiting) return;
		const frame = Buffer.from([0x24, channel, 0, 0]);
		frame.writeUInt16BE(packet.length, 2);
		this.#socket.write(Buffer.concat([frame, packet]));
	}

	/** Packets wait at the server until `resume`. */
	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	end(reason: string): void {
		this.#close(reason);
		this.#pending?.reject(
			this.#connected ? new RtspError(reason) : new Unreachable(reason),
		);
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
		if (this.#socket.destroyed) throw new RtspError(await this.closed);
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.end("it does not answer"), answerMs);
			this.#waiting = timer;
			this.#pending = {
				cseq: this.#write(method, uri, headers),
				resolve: (message) => {
					clearTimeout(timer);
					this.#waiting = undefined;
					resolve(message);
				},
				reject: (error) => {
					clearTimeout(timer);
					this.#waiting = undefined;
					reject(error);
				},
			};
		});
	}

	#write(
		method: string,
		address: string,
		headers: Readonly<Record<string, string>>,
	): number {
		const cseq = ++this.#cseq;
		// What a session description says may hold anything.
		const uri = address.replace(unsendable, encodeURIComponent);
		const { login, userAgent = "onvifd" } = this.#options;
		const lines = [
			`${method} ${uri} RTSP/1.0`,
			`CSeq: ${cseq}`,
			`User-Agent: ${userAgent}`,
			...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
		];
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
		const cseq = header(message, "cseq");
		if (message.status === 0) {
			// A request of the server's: it gets its answer, so that it goes on.
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

/** The server takes the login, but no longer for the nonce that we have: some forget to say `stale`. */
function isRenewed(before: Challenge, now: Challenge): boolean {
	if (before.scheme !== "digest" || now.scheme !== "digest") return false;
	return now.stale || now.nonce !== before.nonce;
}
