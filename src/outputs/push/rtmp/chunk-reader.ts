import { messageTypes, RtmpError, type RtmpMessage } from "./message.ts";

interface ChunkStream {
	timestamp: number;
	delta: number;
	length: number;
	type: number;
	streamId: number;
	extended: boolean;
	parts: Buffer[];
	octets: number;
}

/** What servers say to those who publish is short. */
const maxMessage = 64 * 1024;
const maxChunkSize = 0xffffff;
const maxChunkStreams = 64;
const extendedMark = 0xffffff;
const headerLengths = [11, 7, 3, 0] as const;

/** Puts messages together from the server's chunks (RTMP 1.0, 5.3). */
export class ChunkReader {
	readonly #message: (message: RtmpMessage) => void;
	readonly #maxMessage: number;
	readonly #streams = new Map<number, ChunkStream>();
	#chunkSize = 128;
	#rest: Buffer = Buffer.alloc(0);

	constructor(message: (message: RtmpMessage) => void, most = maxMessage) {
		this.#message = message;
		this.#maxMessage = most;
	}

	/** @throws RtmpError for what is no RTMP, or more than we take */
	push(data: Buffer): void {
		this.#rest =
			this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
		for (;;) {
			const used = this.#chunk(this.#rest);
			if (used === 0) return;
			this.#rest = this.#rest.subarray(used);
		}
	}

	/** Octets of the first chunk; 0 while it is not whole. */
	#chunk(data: Buffer): number {
		const [first, second, third] = data;
		if (first === undefined) return 0;
		const low = first & 0x3f;
		const basic = low === 0 ? 2 : low === 1 ? 3 : 1;
		if (data.length < basic) return 0;
		const id =
			basic === 1
				? low
				: 64 + (second ?? 0) + (basic === 3 ? 256 * (third ?? 0) : 0);
		const format = first >> 6;
		const header = headerLengths[format] ?? 0;
		if (data.length < basic + header) return 0;
		const stream = this.#stream(id, format);
		const fields = data.subarray(basic, basic + header);
		const mark = header >= 3 ? fields.readUIntBE(0, 3) : 0;
		const extended = header >= 3 ? mark === extendedMark : stream.extended;
		const start = basic + header + (extended ? 4 : 0);
		const length = header >= 7 ? fields.readUIntBE(3, 3) : stream.length;
		if (length > this.#maxMessage)
			throw new RtmpError(`it sends a message of ${length} octets`);
		const size = Math.min(this.#chunkSize, length - stream.octets);
		if (data.length < start + size) return 0;
		const time = extended ? data.readUInt32BE(basic + header) : mark;
		if (stream.octets === 0) begin(stream, format, fields, time, extended);
		// A chunk may wait here for long: it must not hold a whole read.
		stream.parts.push(Buffer.from(data.subarray(start, start + size)));
		stream.octets += size;
		if (stream.octets >= stream.length) this.#end(stream);
		return start + size;
	}

	#stream(id: number, format: number): ChunkStream {
		const known = this.#streams.get(id);
		if (known) {
			if (known.octets > 0 && format !== 3)
				throw new RtmpError("it breaks off a message");
			return known;
		}
		if (format !== 0 || this.#streams.size >= maxChunkStreams)
			throw new RtmpError("what it sends is no RTMP");
		const stream = {
			...{ timestamp: 0, delta: 0, length: 0, type: 0, streamId: 0 },
			...{ extended: false, parts: [], octets: 0 },
		};
		this.#streams.set(id, stream);
		return stream;
	}

	#end(stream: ChunkStream): void {
		const { type, streamId, timestamp, parts } = stream;
		const payload = Buffer.concat(parts);
		stream.parts = [];
		stream.octets = 0;
		if (type === messageTypes.setChunkSize && payload.length >= 4)
			this.#chunkSize = Math.min(
				maxChunkSize,
				Math.max(1, payload.readUInt32BE() & 0x7fffffff),
			);
		this.#message({ type, streamId, timestamp, payload });
	}
}

function begin(
	stream: ChunkStream,
	format: number,
	fields: Buffer,
	time: number,
	extended: boolean,
): void {
	stream.extended = extended;
	if (format <= 1) {
		stream.length = fields.readUIntBE(3, 3);
		stream.type = fields.readUInt8(6);
	}
	if (format === 0) {
		stream.streamId = fields.readUInt32LE(7);
		stream.timestamp = time;
		stream.delta = 0;
		return;
	}
	if (format < 3) stream.delta = time;
	stream.timestamp = (stream.timestamp + stream.delta) >>> 0;
}
