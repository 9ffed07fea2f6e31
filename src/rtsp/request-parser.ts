import type { RtspLimits } from "./limits.ts";
import type { RtspRequest } from "./message.ts";
import {
	type HeadProblem,
	type RequestHead,
	readHead,
} from "./request-head.ts";
import type { RtspStatus } from "./status.ts";
import { readTunnelRequest, type TunnelRequest } from "./tunnel/request.ts";

/** A packet of the client's on the RTSP connection (RFC 2326, 10.12). */
export interface InterleavedPacket {
	readonly kind: "interleaved";
	readonly channel: number;
	readonly data: Buffer;
}

export interface Malformed extends HeadProblem {
	readonly kind: "malformed";
}

/** Instead of RTSP's first request one of HTTP that opens half a tunnel: what follows is `rest`'s. */
export interface TunnelOpening {
	readonly kind: "tunnel";
	readonly request: TunnelRequest;
	readonly rest: Buffer;
}

export type Incoming =
	| RtspRequest
	| InterleavedPacket
	| TunnelOpening
	| Malformed;

const none = Buffer.alloc(0);
const dollar = 0x24;
const [lf, cr] = [0x0a, 0x0d];

/**
 * Cuts what a client sends into requests and interleaved packets, however it is chunked.
 * Holds at most one head, one body or one packet, and whatever was pushed beyond; after a
 * `malformed` or a `tunnel` it gives nothing more.
 */
export class RequestParser {
	readonly #limits: RtspLimits;
	#pending: Buffer = none;
	#scanned = 0;
	#skip = 0;
	#head: RequestHead | undefined;
	#broken = false;
	/** Only what comes first may open a tunnel. */
	#tunnels: boolean;

	constructor(limits: RtspLimits, tunnels = false) {
		this.#limits = limits;
		this.#tunnels = tunnels;
	}

	/** Bytes held. More than none after `next` gave undefined means that a request has begun. */
	get pending(): number {
		return this.#pending.length;
	}

	push(chunk: Buffer): void {
		if (this.#broken) return;
		const skipped = Math.min(this.#skip, chunk.length);
		this.#skip -= skipped;
		const rest = chunk.subarray(skipped);
		this.#pending =
			this.#pending.length === 0 ? rest : Buffer.concat([this.#pending, rest]);
	}

	/** The next whole thing, undefined when more bytes are needed. */
	next(): Incoming | undefined {
		if (this.#broken) return undefined;
		if (this.#head !== undefined) return this.#body(this.#head);
		for (;;) {
			this.#skipLineBreaks();
			if (this.#pending.length === 0) return undefined;
			if (this.#pending[0] !== dollar) return this.#readHead();
			if (this.#pending.length < 4) return undefined;
			const length = this.#pending.readUInt16BE(2);
			if (length <= this.#limits.interleavedBytes)
				return this.#interleaved(length);
			this.#skip = Math.max(0, 4 + length - this.#pending.length);
			this.#take(Math.min(4 + length, this.#pending.length));
		}
	}

	#skipLineBreaks(): void {
		// Empty lines between requests are to be ignored (RFC 2326, 15 by way of RFC 2068, 4.1).
		let start = 0;
		while (this.#pending[start] === cr || this.#pending[start] === lf) start++;
		if (start > 0) this.#take(start);
	}

	#interleaved(length: number): InterleavedPacket | undefined {
		if (this.#pending.length < 4 + length) return undefined;
		const packet = this.#take(4 + length);
		return {
			kind: "interleaved",
			channel: packet.readUInt8(1),
			data: packet.subarray(4),
		};
	}

	#readHead(): Incoming | undefined {
		const end = this.#headEnd();
		const length = end?.at ?? this.#pending.length;
		if (length > this.#limits.headBytes)
			return this.#malformed(413, "request head too long");
		if (end === undefined) return undefined;
		const text = this.#take(end.next).toString("latin1", 0, end.at);
		this.#scanned = 0;
		const tunnel = this.#tunnels ? readTunnelRequest(text) : undefined;
		this.#tunnels = false;
		if (tunnel) return this.#tunnel(tunnel);
		const head = readHead(text, this.#limits.headerCount);
		if ("status" in head)
			return this.#malformed(head.status, head.reason, head.cseq);
		if (head.contentLength > this.#limits.bodyBytes)
			return this.#malformed(413, "body too long", head.cseq);
		this.#head = head;
		return this.#body(head);
	}

	/** Where the empty line stands; each byte is looked at once, however slowly they come. */
	#headEnd(): { readonly at: number; readonly next: number } | undefined {
		let from = this.#scanned;
		for (;;) {
			const first = this.#pending.indexOf(lf, from);
			if (first < 0) {
				this.#scanned = this.#pending.length;
				return undefined;
			}
			const second = first + (this.#pending[first + 1] === cr ? 2 : 1);
			if (this.#pending[second] === lf) {
				const at = this.#pending[first - 1] === cr ? first - 1 : first;
				return { at, next: second + 1 };
			}
			if (second >= this.#pending.length) {
				this.#scanned = first;
				return undefined;
			}
			from = first + 1;
		}
	}

	#body(head: RequestHead): RtspRequest | undefined {
		if (this.#pending.length < head.contentLength) return undefined;
		this.#head = undefined;
		const { method, uri, cseq, headers } = head;
		const body = this.#take(head.contentLength);
		return { kind: "request", method, uri, cseq, headers, body };
	}

	#take(length: number): Buffer {
		const taken = this.#pending.subarray(0, length);
		const left = this.#pending.length - length;
		this.#pending = left === 0 ? none : this.#pending.subarray(length);
		return taken;
	}

	#tunnel(request: TunnelRequest): TunnelOpening {
		const rest = this.#pending;
		this.#broken = true;
		this.#pending = none;
		return { kind: "tunnel", request, rest };
	}

	#malformed(status: RtspStatus, reason: string, cseq?: string): Malformed {
		this.#broken = true;
		this.#pending = none;
		return { kind: "malformed", status, reason, cseq };
	}
}
