import type { AmfValue } from "./amf0.ts";
import { amf0, readAmf0 } from "./amf0.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { chunks, ourChunkSize } from "./chunk-writer.ts";
import { greeting, greetingAnswer, greetingRandom } from "./handshake.ts";
import { messageTypes, RtmpError, type RtmpMessage } from "./message.ts";

/** Chunk streams, by what goes over them. */
const over = { control: 2, commands: 3, sound: 4, pictures: 6 } as const;
const pingRequest = 6;
const pingResponse = 7;

export interface PublisherSinks {
	/** Octets for the server. */
	write(data: Buffer): void;
	/** Octets of random. */
	random(length: number): Buffer;
	/** The server takes what is published. */
	started(): void;
}

export interface PublishTarget {
	readonly app: string;
	readonly tcUrl: string;
	readonly key: string;
}

/** The side of RTMP that publishes one stream (RTMP 1.0, 7.2), over whatever carries octets. */
export class Publisher {
	readonly #target: PublishTarget;
	readonly #sinks: PublisherSinks;
	readonly #reader = new ChunkReader((message) => this.#message(message));
	#greeted = false;
	#early: Buffer = Buffer.alloc(0);
	#received = 0;
	#acknowledged = 0;
	#window = Number.POSITIVE_INFINITY;
	#transaction = 0;
	/** What the server's answers are waited for by transaction. */
	readonly #answers = new Map<number, (result: AmfValue) => void>();
	#streamId = 0;

	constructor(target: PublishTarget, sinks: PublisherSinks) {
		this.#target = target;
		this.#sinks = sinks;
	}

	/** To be called once connected. */
	start(): void {
		this.#sinks.write(greeting(this.#sinks.random(greetingRandom)));
	}

	/** What the server sent. @throws RtmpError when it refuses, or speaks no RTMP; no secret is in it */
	received(data: Buffer): void {
		this.#received += data.length;
		if (this.#greeted) this.#read(data);
		else this.#greet(data);
		if (this.#received - this.#acknowledged < this.#window / 2) return;
		this.#acknowledged = this.#received;
		this.#control(messageTypes.acknowledgement, this.#received % 2 ** 32);
	}

	/** `@setDataFrame`: what the stream is, by FLV's names. */
	metadata(values: Readonly<Record<string, AmfValue>>): void {
		this.#send(over.sound, messageTypes.data, this.#streamId, [
			"@setDataFrame",
			"onMetaData",
			values,
		]);
	}

	/** @param timestamp milliseconds */
	pictures(timestamp: number, payload: Buffer): void {
		this.#media(over.pictures, messageTypes.video, timestamp, payload);
	}

	/** @param timestamp milliseconds */
	sound(timestamp: number, payload: Buffer): void {
		this.#media(over.sound, messageTypes.audio, timestamp, payload);
	}

	/** Says that it is over. */
	stop(): void {
		if (this.#streamId === 0) return;
		this.#command("FCUnpublish", null, this.#target.key);
		this.#command("deleteStream", null, this.#streamId);
	}

	#greet(data: Buffer): void {
		this.#early = Buffer.concat([this.#early, data]);
		const come = greetingAnswer(this.#early);
		if (!come) return;
		this.#greeted = true;
		this.#early = Buffer.alloc(0);
		this.#sinks.write(come.answer);
		this.#control(messageTypes.setChunkSize, ourChunkSize);
		this.#connect();
		this.#read(come.rest);
	}

	#read(data: Buffer): void {
		try {
			this.#reader.push(data);
		} catch (error) {
			throw error instanceof RangeError
				? new RtmpError("what it sends is broken")
				: error;
		}
	}

	#connect(): void {
		const { app, tcUrl, key } = this.#target;
		const properties = {
			app,
			type: "nonprivate",
			// What ffmpeg says too: some servers look at it.
			flashVer: "FMLE/3.0 (compatible; onvifd)",
			tcUrl,
		};
		this.#ask("connect", [properties], () => {
			this.#command("releaseStream", null, key);
			this.#command("FCPublish", null, key);
			this.#ask("createStream", [null], (id) => {
				if (typeof id !== "number" || !(id > 0 && id < 2 ** 32))
					throw new RtmpError("it gives the stream no number");
				this.#streamId = id;
				this.#send(over.sound, messageTypes.command, id, [
					"publish",
					++this.#transaction,
					null,
					key,
					"live",
				]);
			});
		});
	}

	#message({ type, payload }: RtmpMessage): void {
		if (type === messageTypes.windowSize && payload.length >= 4)
			this.#window = Math.max(1, payload.readUInt32BE());
		else if (type === messageTypes.userControl) this.#userControl(payload);
		else if (type === messageTypes.command) this.#answer(readAmf0(payload));
		else if (type === messageTypes.command3)
			this.#answer(readAmf0(payload.subarray(1)));
	}

	#userControl(payload: Buffer): void {
		if (payload.length < 6 || payload.readUInt16BE() !== pingRequest) return;
		const answer = Buffer.from(payload.subarray(0, 6));
		answer.writeUInt16BE(pingResponse);
		this.#sinks.write(
			chunks(over.control, {
				...{ type: messageTypes.userControl, streamId: 0, timestamp: 0 },
				payload: answer,
			}),
		);
	}

	#answer([name, transaction, , info]: readonly AmfValue[]): void {
		if (name === "onStatus") this.#status(info);
		if (typeof transaction !== "number") return;
		const take = this.#answers.get(transaction);
		if (!take) return;
		this.#answers.delete(transaction);
		if (name === "_error") throw new RtmpError(refusal(info));
		if (name === "_result") take(info);
	}

	#status(info: AmfValue): void {
		const code = member(info, "code");
		if (code === "NetStream.Publish.Start") this.#sinks.started();
		else if (
			member(info, "level") === "error" ||
			code === "NetStream.Publish.BadName"
		)
			throw new RtmpError(refusal(info));
	}

	#media(
		chunkStream: number,
		type: number,
		timestamp: number,
		payload: Buffer,
	): void {
		const message = { type, streamId: this.#streamId, timestamp, payload };
		this.#sinks.write(chunks(chunkStream, message));
	}

	#ask(
		name: string,
		values: readonly AmfValue[],
		take: (result: AmfValue) => void,
	): void {
		this.#answers.set(this.#command(name, ...values), take);
	}

	#command(name: string, ...values: readonly AmfValue[]): number {
		const transaction = ++this.#transaction;
		this.#send(over.commands, messageTypes.command, 0, [
			name,
			transaction,
			...values,
		]);
		return transaction;
	}

	#send(
		chunkStream: number,
		type: number,
		streamId: number,
		values: readonly AmfValue[],
	): void {
		const payload = amf0(...values);
		this.#sinks.write(
			chunks(chunkStream, { type, streamId, timestamp: 0, payload }),
		);
	}

	#control(type: number, value: number): void {
		const payload = Buffer.alloc(4);
		payload.writeUInt32BE(value);
		this.#sinks.write(
			chunks(over.control, { type, streamId: 0, timestamp: 0, payload }),
		);
	}
}

function member(value: AmfValue, name: string): AmfValue {
	return typeof value === "object" && value !== null ? value[name] : undefined;
}

/** Only the code: servers put the key into their descriptions. */
function refusal(info: AmfValue): string {
	const description = member(info, "description");
	if (typeof description === "string" && description.includes("authmod"))
		return "it wants a login, which onvifd does not know in RTMP";
	const code = member(info, "code");
	const known = typeof code === "string" && /^[\w.]{1,64}$/.test(code);
	return `it refuses: ${known ? code : "without a reason"}; is the key right, and does nobody else publish with it?`;
}
