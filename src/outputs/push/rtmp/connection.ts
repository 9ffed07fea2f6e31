import { randomBytes } from "node:crypto";
import { isIP, type Socket } from "node:net";
import type { Clock } from "../../../system/clock.ts";
import { onStalled } from "../../../system/stalled.ts";
import type { RtmpAddress } from "./address.ts";
import { RtmpError } from "./message.ts";
import { Publisher } from "./publisher.ts";

/** Connecting and agreeing together. */
const startMs = 10_000;
/** A server that takes nothing for so long is gone. */
const stalledMs = 10_000;
const lookMs = 1000;
/** What was said last still goes out. */
const farewellMs = 500;

const reasons: Readonly<Record<string, string>> = {
	ECONNREFUSED: "nothing listens there",
	ENOTFOUND: "its name is not known",
	EAI_AGAIN: "its name is not known",
	EHOSTUNREACH: "there is no way to it in the network",
	ENETUNREACH: "there is no way to it in the network",
	ETIMEDOUT: "it does not answer",
};

/** A connection to a server that publishes. */
export class RtmpConnection {
	readonly publisher: Publisher;
	/** Resolves when the server takes what is published. Rejects with RtmpError. */
	readonly started: Promise<void>;
	/** Resolves with why it ended. */
	readonly ended: Promise<RtmpError>;
	readonly #socket: Socket;
	#end: (error: RtmpError) => void = () => {};
	#publishing = false;

	private constructor(
		address: RtmpAddress,
		clock: Clock,
		socket: Socket,
		connected: string,
	) {
		this.#socket = socket;
		this.ended = new Promise((resolve) => {
			this.#end = resolve;
		});
		let start: () => void = () => {};
		this.started = new Promise((resolve, reject) => {
			start = resolve;
			void this.ended.then(reject);
		});
		// It may end before anybody waits for the start.
		this.started.catch(() => {});
		this.publisher = new Publisher(address, {
			write: (data) => void socket.write(data),
			random: randomBytes,
			started: () => {
				this.#publishing = true;
				start();
			},
		});
		socket.once(connected, () => {
			socket.setNoDelay(true);
			this.publisher.start();
		});
		socket.on("data", (data) => this.#received(data));
		socket.on("error", (error) => this.#fail(this.#reasonOf(error)));
		socket.on("close", () => this.#fail(this.#hungUp()));
		this.#watch(clock);
	}

	/** Begins to connect. */
	static async open(
		address: RtmpAddress,
		clock: Clock,
	): Promise<RtmpConnection> {
		const { host, port } = address;
		if (!address.tls) {
			const { connect } = await import("node:net");
			return new RtmpConnection(
				address,
				clock,
				connect({ host, port }),
				"connect",
			);
		}
		const { connect } = await import("node:tls");
		const named = isIP(host) === 0 ? { servername: host } : {};
		const socket = connect({ host, port, ...named });
		return new RtmpConnection(address, clock, socket, "secureConnect");
	}

	/** Octets that wait to leave. */
	get waiting(): number {
		return this.#socket.writableLength;
	}

	/** Says goodbye; resolves when it is closed. */
	async close(): Promise<void> {
		if (!this.#socket.destroyed) {
			this.publisher.stop();
			this.#socket.end();
			const late = setTimeout(() => this.#socket.destroy(), farewellMs);
			await this.ended;
			clearTimeout(late);
		}
	}

	#received(data: Buffer): void {
		try {
			this.publisher.received(data);
		} catch (error) {
			if (!(error instanceof RtmpError)) throw error;
			this.#fail(error.message);
		}
	}

	/** Ends a connection that does not get going, or that stalls. */
	#watch(clock: Clock): void {
		const begun = clock.monotonic();
		const timer = setInterval(() => {
			if (this.#publishing) clearInterval(timer);
			else if (clock.monotonic() - begun > startMs)
				this.#fail("it does not answer");
		}, lookMs).unref();
		void this.ended.then(() => clearInterval(timer));
		onStalled(this.#socket, stalledMs, () =>
			this.#fail("it takes nothing any more"),
		);
	}

	#hungUp(): string {
		return this.#publishing
			? "it hung up"
			: "it hung up without a reason; is the key right, and does nobody else publish with it?";
	}

	/** Who refuses a key may hang up with or without having read all that was said. */
	#reasonOf(error: Error): string {
		const code = "code" in error ? String(error.code) : "";
		if (code === "ECONNRESET" || code === "EPIPE") return this.#hungUp();
		return reasonOf(code);
	}

	#fail(reason: string): void {
		this.#end(new RtmpError(reason));
		this.#socket.destroy();
	}
}

function reasonOf(code: string): string {
	if (/CERT|SIGNATURE/.test(code))
		return `its certificate is none that this host trusts (${code})`;
	return reasons[code] ?? (code || "the connection failed");
}
