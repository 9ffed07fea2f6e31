/** What an RTSP server sends that is no packet; a `status` of 0 stands for a request of its own. */
export interface RtspMessage {
	readonly status: number;
	/** By lower-case name. */
	readonly headers: ReadonlyMap<string, readonly string[]>;
	readonly body: string;
}

/** The first header of this name, in lower case. */
export const header = ({ headers }: RtspMessage, name: string) =>
	headers.get(name)?.[0];

const dollar = 0x24;
const maxHead = 16 * 1024;
const maxBody = 256 * 1024;
const maxHeaders = 128;

interface Sinks {
	message(message: RtspMessage): void;
	/** An interleaved packet (RFC 2326, 10.12). */
	packet(channel: number, packet: Buffer): void;
}

/** Takes an RTSP server's messages and packets out of its bytes. */
export class MessageReader {
	readonly #sinks: Sinks;
	#rest: Buffer | undefined;

	constructor(sinks: Sinks) {
		this.#sinks = sinks;
	}

	/** @throws Error when what comes is no RTSP, or more than any server needs to say */
	push(chunk: Buffer): void {
		const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
		let at = 0;
		while (at < data.length) {
			const end =
				data[at] === dollar ? this.#packet(data, at) : this.#message(data, at);
			if (end === undefined) break;
			at = end;
		}
		this.#rest = at < data.length ? data.subarray(at) : undefined;
	}

	#packet(data: Buffer, at: number): number | undefined {
		if (data.length - at < 4) return undefined;
		const end = at + 4 + data.readUInt16BE(at + 2);
		if (data.length < end) return undefined;
		this.#sinks.packet(data.readUInt8(at + 1), data.subarray(at + 4, end));
		return end;
	}

	#message(data: Buffer, from: number): number | undefined {
		let at = from;
		// Some cameras send an empty line too many behind a body.
		while (data[at] === 0x0d || data[at] === 0x0a) at++;
		if (at > from) return at;
		const head = data.indexOf("\r\n\r\n", at);
		const size = (head < 0 ? data.length : head) - at;
		const start = data.toString("latin1", at, Math.min(data.length, at + 16));
		if (!/^[A-Z_]+[ /]/.test(start) && (start.length === 16 || head >= 0))
			throw new Error("what answers there is no RTSP server");
		if (size > maxHead) throw new Error("its answer's head is too long");
		if (head < 0) return undefined;
		const [line = "", ...lines] = data.toString("utf8", at, head).split("\r\n");
		const headers = readHeaders(lines);
		const length = bodyLength(headers);
		const end = head + 4 + length;
		if (data.length < end) return undefined;
		this.#sinks.message({
			status: statusOf(line),
			headers,
			body: data.toString("utf8", head + 4, end),
		});
		return end;
	}
}

/** 0 for a request. */
function statusOf(line: string): number {
	if (/^[A-Z_]+ \S+ RTSP\/1\.\d$/.test(line)) return 0;
	const status = /^RTSP\/1\.\d (\d{3})(?: |$)/.exec(line)?.[1];
	if (status === undefined)
		throw new Error("what answers there is no RTSP server");
	return Number(status);
}

function readHeaders(lines: readonly string[]): Map<string, string[]> {
	if (lines.length > maxHeaders)
		throw new Error("its answer has too many headers");
	const headers = new Map<string, string[]>();
	for (const line of lines) {
		const colon = line.indexOf(":");
		if (colon < 1) continue;
		const name = line.slice(0, colon).trim().toLowerCase();
		const values = headers.get(name) ?? [];
		values.push(line.slice(colon + 1).trim());
		headers.set(name, values);
	}
	return headers;
}

function bodyLength(headers: ReadonlyMap<string, readonly string[]>): number {
	const text = headers.get("content-length")?.[0] ?? "0";
	const length = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
	if (!(length <= maxBody))
		throw new Error("its answer has an absurd Content-Length");
	return length;
}
