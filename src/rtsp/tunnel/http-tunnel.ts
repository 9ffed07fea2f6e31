import { Duplex } from "node:stream";
import { Base64Decoder } from "./base64-decoder.ts";

/** A request that carries what the client sends, and what of it came with its head. */
interface Post {
	readonly socket: Duplex;
	readonly rest: Buffer;
	readonly since: number;
}

/** As long a POST that is not closed keeps the next one waiting, in milliseconds. */
const overlapMs = 1000;

/**
 * RTSP in a pair of HTTP requests (Streaming spec, "RTP/RTSP/HTTP/TCP"): what is written goes out
 * in the answer to GET; what the client sends comes in POSTs, one after the other, in base64.
 * It ends with the GET, never with a POST: the client may open the next one when it has something to say.
 */
export class HttpTunnel extends Duplex {
	readonly #get: Duplex;
	readonly #onMalformed: (post: Duplex) => void;
	/** The first one is read; others wait for its end, so that nothing overtakes. */
	readonly #posts: Post[] = [];

	/** @param onMalformed hears of a POST that is no base64, which it may answer; the tunnel ends */
	constructor(get: Duplex, onMalformed: (post: Duplex) => void) {
		super();
		this.#get = get;
		this.#onMalformed = onMalformed;
		// There is nothing more to read in a GET than its end.
		get.on("end", () => this.destroy());
		get.on("close", () => this.destroy());
		get.resume();
	}

	/** `now` is monotonic. */
	post(socket: Duplex, rest: Buffer, now: number): void {
		if (this.destroyed) return void socket.destroy();
		// A client has one, and a new one when that breaks.
		this.#posts[2]?.socket.destroy();
		this.#posts.push({ socket, rest, since: now });
		socket.on("end", () => socket.destroy());
		socket.on("close", () => this.#left(socket));
		if (this.#posts.length === 1) this.#readNext();
	}

	/** To be called about once a second: a POST whose end was lost gives way to the next. `now` is monotonic. */
	sweep(now: number): void {
		const [first, second] = this.#posts;
		if (first && second && now - second.since > overlapMs)
			first.socket.destroy();
	}

	override _read(): void {
		this.#posts[0]?.socket.resume();
	}

	override _write(
		chunk: Buffer,
		_encoding: BufferEncoding,
		done: (error?: Error | null) => void,
	): void {
		this.#get.write(chunk, done);
	}

	override _writev(
		chunks: readonly { readonly chunk: Buffer }[],
		done: (error?: Error | null) => void,
	): void {
		this.#get.cork();
		for (const [index, { chunk }] of chunks.entries())
			if (index === chunks.length - 1) this.#get.write(chunk, done);
			else this.#get.write(chunk);
		this.#get.uncork();
	}

	override _final(done: () => void): void {
		this.#get.end(done);
	}

	override _destroy(
		error: Error | null,
		done: (e: Error | null) => void,
	): void {
		this.#get.destroy();
		for (const { socket } of this.#posts) socket.destroy();
		done(error);
	}

	#readNext(): void {
		const [post] = this.#posts;
		if (post === undefined) return;
		const decoder = new Base64Decoder();
		const { socket } = post;
		const feed = (chunk: Buffer): void => {
			const data = decoder.push(chunk);
			if (data === undefined) {
				socket.off("data", feed);
				this.#left(socket);
				this.#onMalformed(socket);
				this.destroy();
			} else if (data.length > 0 && !this.push(data)) socket.pause();
		};
		socket.on("data", feed);
		socket.resume();
		feed(post.rest);
	}

	#left(socket: Duplex): void {
		const index = this.#posts.findIndex((post) => post.socket === socket);
		if (index < 0) return;
		this.#posts.splice(index, 1);
		if (index === 0 && !this.destroyed) this.#readNext();
	}
}
