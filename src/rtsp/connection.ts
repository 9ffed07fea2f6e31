import type { Duplex } from "node:stream";
import { answer } from "./answer.ts";
import { ChannelTable } from "./channels.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { RtspContext } from "./context.ts";
import { type Ends, hostPort } from "./ends.ts";
import {
	type RtspRequest,
	type RtspResponse,
	writeResponse,
} from "./message.ts";
import type { Presentation } from "./presentation.ts";
import { RefusalLog } from "./refusal-log.ts";
import {
	type Malformed,
	RequestParser,
	type TunnelOpening,
} from "./request-parser.ts";
import type { SenderListener } from "./sender.ts";
import type { CarriageKind, RtspSession } from "./session.ts";
import { Refusal } from "./status.ts";

/** What carries a connection's octets, and whom it leads to. */
export interface Carriage {
	readonly socket: Duplex;
	readonly ends: Ends;
	/** Over TLS: nobody on the way can read it. */
	readonly secure: boolean;
	/** Tunnels and TLS: packets have no other way to the client, or none that is as secret. */
	readonly interleavedOnly: boolean;
	readonly kind: CarriageKind;
	/** A page of another site opened it, in somebody's browser. */
	readonly foreignPage?: boolean;
	/** Takes the socket over when its first request opens a tunnel; undefined where that is none. */
	readonly onTunnel?: (opening: TunnelOpening) => void;
}

/** One RTSP connection: reads requests, answers them one after the other, carries interleaved packets. */
export class RtspConnection implements ClientConnection {
	readonly localAddress: string;
	readonly remoteAddress: string;
	readonly authority: string;
	readonly client: string;
	readonly secure: boolean;
	readonly interleavedOnly: boolean;
	readonly foreignPage: boolean;
	loggedIn = false;
	refusals = 0;
	readonly #socket: Duplex;
	readonly #kind: CarriageKind;
	readonly #onTunnel: Carriage["onTunnel"];
	readonly #context: RtspContext;
	readonly #parser: RequestParser;
	readonly #channels = new ChannelTable();
	readonly #sessions = new Set<RtspSession>();
	#busy = false;
	#written = 0;
	readonly #refusalLog: RefusalLog;
	/** Monotonic ms: of the last whole request, and since when half a one waits. */
	#lastRequest: number;
	#partialSince: number | undefined;

	constructor(carriage: Carriage, context: RtspContext) {
		const { socket, ends, secure, interleavedOnly, onTunnel } = carriage;
		this.#socket = socket;
		this.#kind = carriage.kind;
		this.#context = context;
		this.#onTunnel = onTunnel;
		this.secure = secure;
		this.interleavedOnly = interleavedOnly;
		this.foreignPage = carriage.foreignPage ?? false;
		this.#parser = new RequestParser(context.limits, onTunnel !== undefined);
		this.#lastRequest = context.clock.monotonic();
		this.localAddress = ends.localAddress;
		this.remoteAddress = ends.remoteAddress;
		this.authority = hostPort(ends.localAddress, ends.localPort);
		this.client = hostPort(ends.remoteAddress, ends.remotePort);
		this.#refusalLog = new RefusalLog(context.log, this.client);
		socket.on("data", this.#onData);
		socket.on("drain", this.#onDrain);
		socket.on("end", this.#onEnd);
		// What went wrong with a client's connection is the client's; 'close' follows.
		socket.on("error", () => {});
		socket.on("close", () => this.#closed());
	}

	readonly #onData = (chunk: Buffer): void => {
		// One who lags is asked nothing until it has read; that it asks shows that it is there.
		const now = this.#context.clock.monotonic();
		for (const session of this.#sessions) session.touch(now);
		if (this.#socket.writableEnded) return;
		this.#parser.push(chunk);
		this.#pump();
	};

	readonly #onDrain = (): void => this.#pump();

	readonly #onEnd = (): void => void this.#socket.destroy();

	get closed(): boolean {
		return this.#socket.destroyed;
	}

	/** Nobody has logged in, and no request is at work. */
	get dispensable(): boolean {
		return !this.loggedIn && !this.#busy;
	}

	get queued(): number {
		return this.#socket.writableLength;
	}

	get delivered(): number {
		return this.#written - this.#socket.writableLength;
	}

	write(data: Buffer): void {
		if (!this.#socket.writable) return;
		this.#written += data.length;
		this.#socket.write(data);
	}

	cork(): void {
		this.#socket.cork();
	}

	uncork(): void {
		this.#socket.uncork();
	}

	reserveChannels(
		asked: readonly [number, number] | undefined,
		listener: SenderListener,
	): readonly [number, number] | undefined {
		return this.#channels.reserve(asked, listener);
	}

	releaseChannels(channels: readonly [number, number]): void {
		this.#channels.release(channels);
	}

	createSession(user: string, presentation: Presentation): RtspSession {
		for (const session of this.#sessions)
			if (session.ended) this.#sessions.delete(session);
		if (this.#sessions.size >= this.#context.limits.sessionsPerConnection)
			throw new Refusal(453, "too many sessions on one connection");
		const { sessions } = this.#context;
		const session = sessions.create(
			user,
			presentation,
			this.client,
			this.#kind,
		);
		this.#sessions.add(session);
		return session;
	}

	endSession(session: RtspSession, reason: string): void {
		const carries = session.carriedBy(this);
		this.#context.sessions.end(session, reason);
		if (carries) this.close();
	}

	/** To be called about once a second: whether the client still does something. `now` is monotonic. */
	sweep(now: number): void {
		const { requestSeconds, anonymousSeconds, idleSeconds } =
			this.#context.limits;
		this.#pump();
		if (this.#partialSince !== undefined) {
			if (now - this.#partialSince > requestSeconds * 1000)
				this.#fail({
					kind: "malformed",
					status: 408,
					reason: "request not finished in time",
					cseq: undefined,
				});
			return;
		}
		for (const session of this.#sessions) if (!session.ended) return;
		const allowed = this.loggedIn ? idleSeconds : anonymousSeconds;
		if (now - this.#lastRequest > allowed * 1000 && !this.#busy) this.close();
	}

	/**
	 * Lets what was written leave; resolves when the connection and what it carries are gone.
	 * What the client still sends is read for a moment: unread, it would reset the connection
	 * and take our last words with it.
	 */
	close(): Promise<void> {
		const socket = this.#socket;
		if (socket.closed) return Promise.resolve();
		socket.end();
		socket.resume();
		const timer = setTimeout(() => socket.destroy(), 500);
		return new Promise((resolve) =>
			socket.once("close", () => {
				clearTimeout(timer);
				resolve();
			}),
		);
	}

	/** Closes at once, without a word. */
	drop(): void {
		this.#socket.destroy();
	}

	/** The client lets what it is sent pile up. */
	get #unread(): boolean {
		return this.queued > this.#context.limits.queueBytes;
	}

	/** Handles what has come, as long as the client reads its answers and no request is at work. */
	#pump(): void {
		const { limits, clock } = this.#context;
		while (!this.#busy && !this.#unread && !this.#socket.writableEnded) {
			const incoming = this.#parser.next();
			if (incoming === undefined) break;
			this.#partialSince = undefined;
			if (incoming.kind === "interleaved")
				this.#channels.receive(incoming.channel, incoming.data);
			else if (incoming.kind === "malformed") this.#fail(incoming);
			else if (incoming.kind === "request") this.#serve(incoming);
			else {
				this.#giveAway(incoming);
				return;
			}
		}
		const waits = this.#busy || this.#unread;
		if (waits || this.#parser.pending === 0) this.#partialSince = undefined;
		else this.#partialSince ??= clock.monotonic();
		if (waits && this.#parser.pending > 2 * limits.bodyBytes)
			this.#socket.pause();
		else if (this.#socket.isPaused() && !this.#socket.writableEnded)
			this.#socket.resume();
	}

	#giveAway(opening: TunnelOpening): void {
		this.#socket
			.off("data", this.#onData)
			.off("drain", this.#onDrain)
			.off("end", this.#onEnd);
		this.#onTunnel?.(opening);
	}

	async #serve(request: RtspRequest): Promise<void> {
		this.#busy = true;
		this.#lastRequest = this.#context.clock.monotonic();
		try {
			const success = await answer(this.#context, this, request);
			this.#respond({ status: 200, ...success }, request.cseq);
			success.after?.();
		} catch (error) {
			this.#refuse(error, request);
		}
		this.#busy = false;
		this.#pump();
	}

	#refuse(error: unknown, request: RtspRequest): void {
		const known = error instanceof Refusal;
		const { status, headers, body } = known
			? error
			: { status: 500 as const, headers: [], body: undefined };
		const reason = error instanceof Error ? error.message : String(error);
		if (!known || reason !== "") this.#refusalLog.note(status, reason, request);
		this.#respond(
			body === undefined ? { status, headers } : { status, headers, body },
			request.cseq,
		);
		if (this.refusals >= this.#context.limits.refusals) this.close();
	}

	#fail(malformed: Malformed): void {
		const { status, reason, cseq } = malformed;
		this.#refusalLog.note(status, reason);
		this.#respond({ status, headers: [["Connection", "close"]] }, cseq);
		this.close();
	}

	#respond(response: RtspResponse, cseq: string | undefined): void {
		this.write(writeResponse(response, cseq, this.#context.clock.now()));
	}

	#closed(): void {
		for (const session of this.#context.sessions)
			if (session.carriedBy(this))
				this.#context.sessions.end(session, "its connection was closed");
		for (const session of this.#sessions) session.abandon();
	}
}
