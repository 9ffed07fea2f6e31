import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { patienceMs } from "../helpers/patience.ts";
import { authorization, until, users } from "./start-server.ts";

export interface Response {
	readonly status: number;
	/** By lower-case name; repeated ones one after the other. */
	readonly headers: ReadonlyMap<string, readonly string[]>;
	readonly body: string;
	/** The head as it came. */
	readonly text: string;
}

export interface Packet {
	readonly channel: number;
	data: Buffer;
}

export interface Login {
	readonly user: string;
	readonly password: string;
}

/** An RTSP client to the letter: no library between the test and the wire. */
export class RtspClient<Carrier extends Duplex = Socket> {
	readonly socket: Carrier;
	readonly packets: Packet[] = [];
	/** Responses and packets as they came. */
	readonly order: ("response" | "packet")[] = [];
	readonly responses: Response[] = [];
	closed = false;
	login: Login | undefined = {
		user: users[0]?.name ?? "",
		password: users[0]?.password ?? "",
	};
	#pending = Buffer.alloc(0);
	#cseq = 0;
	#read = 0;
	#challenge: string | undefined;

	constructor(socket: Carrier) {
		this.socket = socket;
		socket.on("data", (chunk: Buffer) => this.#take(chunk));
		socket.on("error", () => {});
		socket.on("close", () => {
			this.closed = true;
		});
	}

	static async connect(
		t: TestContext,
		port: number,
		host = "127.0.0.1",
		localAddress?: string,
	): Promise<RtspClient> {
		const socket = createConnection({ port, host, localAddress });
		t.after(() => socket.destroy());
		await once(socket, "connect");
		return new RtspClient(socket);
	}

	/** Sends a request and waits for its response; logs in when it is asked to. */
	async request(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>> = {},
		body = "",
	): Promise<Response> {
		const answer = await this.#send(method, uri, headers, body);
		const challenge = answer.headers.get("www-authenticate")?.[0];
		if (answer.status !== 401 || !challenge || !this.login) return answer;
		this.#challenge = challenge;
		return this.#send(method, uri, headers, body);
	}

	/** DESCRIBE; as players do, again while there is no picture yet. */
	async describe(
		uri: string,
		headers: Readonly<Record<string, string>> = {},
	): Promise<Response> {
		const end = performance.now() + patienceMs;
		for (;;) {
			const answer = await this.request("DESCRIBE", uri, headers);
			if (answer.status !== 503 || performance.now() > end) return answer;
		}
	}

	/** SETUP, PLAY: the session's id. */
	async play(
		url: string,
		transport = "RTP/AVP/TCP;unicast;interleaved=0-1",
	): Promise<string> {
		const setup = await this.request("SETUP", `${url}/trackID=0`, {
			Transport: transport,
		});
		if (setup.status !== 200) throw new Error(setup.text);
		const id = header(setup, "session").split(";")[0] ?? "";
		const play = await this.request("PLAY", `${url}/`, { Session: id });
		if (play.status !== 200) throw new Error(play.text);
		return id;
	}

	/** Bytes as they are. */
	raw(data: string | Buffer): void {
		this.socket.write(data);
	}

	/** The next response that nobody has read. */
	async response(): Promise<Response> {
		await until(
			"a response",
			() => this.responses.length > this.#read || this.closed,
		);
		const response = this.responses[this.#read++];
		if (response === undefined) throw new Error("closed without a response");
		return response;
	}

	#send(
		method: string,
		uri: string,
		headers: Readonly<Record<string, string>>,
		body: string,
	): Promise<Response> {
		const lines = [`${method} ${uri} RTSP/1.0`, `CSeq: ${++this.#cseq}`];
		for (const [name, value] of Object.entries(headers))
			lines.push(`${name}: ${value}`);
		if (this.#challenge && this.login) {
			const { user, password } = this.login;
			lines.push(
				`Authorization: ${authorization(this.#challenge, method, uri, user, password)}`,
			);
		}
		if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
		this.raw(`${lines.join("\r\n")}\r\n\r\n${body}`);
		return this.response();
	}

	#take(chunk: Buffer): void {
		this.#pending = Buffer.concat([this.#pending, chunk]);
		while (this.#pending[0] === 0x24 ? this.#packet() : this.#response());
	}

	#packet(): boolean {
		if (this.#pending.length < 4) return false;
		const end = 4 + this.#pending.readUInt16BE(2);
		if (this.#pending.length < end) return false;
		const channel = this.#pending.readUInt8(1);
		this.packets.push({ channel, data: this.#pending.subarray(4, end) });
		this.order.push("packet");
		this.#pending = this.#pending.subarray(end);
		return true;
	}

	#response(): boolean {
		const end = this.#pending.indexOf("\r\n\r\n");
		if (end < 0) return false;
		const text = this.#pending.toString("utf8", 0, end);
		const [start = "", ...lines] = text.split("\r\n");
		const headers = new Map<string, string[]>();
		for (const line of lines) {
			const colon = line.indexOf(":");
			const name = line.slice(0, colon).toLowerCase();
			const values = headers.get(name) ?? [];
			values.push(line.slice(colon + 1).trim());
			headers.set(name, values);
		}
		const length = Number(headers.get("content-length")?.[0] ?? 0);
		if (this.#pending.length < end + 4 + length) return false;
		const body = this.#pending.toString("utf8", end + 4, end + 4 + length);
		this.#pending = this.#pending.subarray(end + 4 + length);
		const status = Number(/^RTSP\/1\.0 (\d{3}) /.exec(start)?.[1]);
		this.responses.push({ status, headers, body, text });
		this.order.push("response");
		return true;
	}
}

/** The one value of a header; an error when it stands twice. */
export function header(response: Response, name: string): string {
	const values = response.headers.get(name) ?? [];
	if (values.length > 1) throw new Error(`two ${name} headers`);
	return values[0] ?? "";
}
