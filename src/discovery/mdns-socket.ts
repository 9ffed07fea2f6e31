import type { RemoteInfo, Socket } from "node:dgram";
import { EventEmitter } from "node:events";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { RateLimit } from "./limits.ts";
import { isNeighbour, type Link } from "./links.ts";

const MAX_PACKET = 9000;
const RESPONSE_BIT = 0x80;
const PACKETS_PER_NEIGHBOUR = 100;
const PACKETS_PER_SECOND = 500;
const SENT_PER_SECOND = 100;

type Sent = (error: Error | null) => void;

/**
 * What multicast-dns needs of a socket, in front of a real one bound to port 5353.
 *
 * Every such socket of the host hears every network. This one passes on what neighbours on its own
 * link send (RFC 6762, 11), leaves out the echo of our own answers, in which multicast-dns would
 * see somebody else with our name, and bounds what one packet full of questions can make us send.
 */
export class MdnsSocket extends EventEmitter {
	/** False: only questions are passed on. */
	hearResponses = true;
	readonly #socket: Socket;
	readonly #sent: RateLimit;
	readonly #log: Log;
	#closed = false;

	/** @param own a text that our answers contain and nobody else's: the host's label. */
	constructor(socket: Socket, link: Link, own: string, clock: Clock, log: Log) {
		super();
		this.#socket = socket;
		this.#log = log;
		this.#sent = new RateLimit(clock, SENT_PER_SECOND, SENT_PER_SECOND);
		const heard = new RateLimit(
			clock,
			PACKETS_PER_NEIGHBOUR,
			PACKETS_PER_SECOND,
		);
		socket.on("message", (packet, from) => {
			if (packet.length > MAX_PACKET) return;
			if (!isNeighbour(from.address, undefined, link)) return;
			const isResponse = ((packet[2] ?? 0) & RESPONSE_BIT) !== 0;
			if (isResponse && (!this.hearResponses || packet.includes(own))) return;
			if (heard.allow(from.address)) this.#passOn(packet, from);
		});
		socket.on("error", (error) =>
			log.warn("mdns: the socket failed", { reason: error.message }),
		);
	}

	/** What a strange packet makes the responder throw ends here, not the service. */
	#passOn(packet: Buffer, from: RemoteInfo): void {
		try {
			this.emit("message", packet, from);
		} catch (error) {
			this.#log.warn("mdns: a packet could not be answered", {
				client: from.address,
				reason: error instanceof Error ? error.message : String(error),
			});
		}
	}

	send(
		packet: Buffer,
		offset: number,
		length: number,
		port: number,
		address: string,
		sent: Sent,
	): void {
		if (this.#closed || !this.#sent.allow(address)) {
			process.nextTick(sent, null);
			return;
		}
		this.#socket.send(packet, offset, length, port, address, (error) => {
			if (error !== null)
				this.#log.warn("mdns: a packet could not be sent", {
					reason: error.message,
				});
			sent(null);
		});
	}

	close(closed: () => void): void {
		this.#closed = true;
		this.#socket.close(closed);
	}
}
