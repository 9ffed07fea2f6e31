export interface RtspResponse {
	readonly status: number;
	readonly phrase: string;
	/** By lower-case name; of repeated ones the first. */
	readonly headers: ReadonlyMap<string, string>;
	readonly body: string;
}

const maxHead = 16 * 1024;
const maxBody = 64 * 1024;
/** RFC 2326, 10.12: `$`, channel, length. */
const interleavedHeader = 4;

/** Takes responses and interleaved packets out of what comes over an RTSP connection (RFC 2326, 10.12). */
export class RtspReader {
	#pending: Buffer = Buffer.alloc(0);
	readonly #response: (response: RtspResponse) => void;
	readonly #packet: (channel: number, packet: Buffer) => void;

	constructor(
		response: (response: RtspResponse) => void,
		packet: (channel: number, packet: Buffer) => void,
	) {
		this.#response = response;
		this.#packet = packet;
	}

	/** Throws at what is no RTSP. */
	push(chunk: Buffer): void {
		let data =
			this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
		for (let used = this.#take(data); used > 0; used = this.#take(data))
			data = data.subarray(used);
		this.#pending = data;
	}

	/** Octets that the first packet or response took; 0 when it is not yet whole. */
	#take(data: Buffer): number {
		if (data[0] !== 0x24) return this.#takeResponse(data);
		if (data.length < interleavedHeader) return 0;
		const end = interleavedHeader + data.readUInt16BE(2);
		if (data.length < end) return 0;
		this.#packet(data.readUInt8(1), data.subarray(interleavedHeader, end));
		return end;
	}

	#takeResponse(data: Buffer): number {
		const headEnd = data.indexOf("\r\n\r\n");
		if (headEnd < 0) {
			if (data.length > maxHead) throw new Error("an answer without an end");
			return 0;
		}
		const [start = "", ...lines] = data
			.toString("utf8", 0, headEnd)
			.split("\r\n");
		const status = /^RTSP\/1\.0 (\d{3}) ?(.*)$/.exec(start);
		if (!status) throw new Error("the answer is no RTSP");
		const headers = new Map<string, string>();
		for (const line of lines) {
			const colon = line.indexOf(":");
			const name = line.slice(0, colon).toLowerCase();
			if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
		}
		const length = Number(headers.get("content-length") ?? 0);
		if (!(length >= 0 && length <= maxBody))
			throw new Error("an answer of absurd length");
		const bodyStart = headEnd + 4;
		const end = bodyStart + length;
		if (data.length < end) return 0;
		this.#response({
			status: Number(status[1]),
			phrase: status[2] ?? "",
			headers,
			body: data.toString("utf8", bodyStart, end),
		});
		return end;
	}
}
