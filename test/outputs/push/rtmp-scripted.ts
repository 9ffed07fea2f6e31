import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import {
	type AmfValue,
	amf0,
	readAmf0,
} from "../../../src/outputs/push/rtmp/amf0.ts";
import { ChunkReader } from "../../../src/outputs/push/rtmp/chunk-reader.ts";
import { chunks } from "../../../src/outputs/push/rtmp/chunk-writer.ts";
import {
	messageTypes,
	type RtmpMessage,
} from "../../../src/outputs/push/rtmp/message.ts";

/** An RTMP server at whose words a test plays. */
export interface ScriptedServer {
	readonly port: number;
	/** The connections so far, the last one last. */
	readonly sockets: readonly Socket[];
	/** Commands and data, in AMF's values. */
	readonly said: readonly (readonly AmfValue[])[];
	/** Sound and pictures. */
	readonly media: readonly RtmpMessage[];
}

export interface Script {
	/** What it does instead of RTMP. */
	readonly connected?: (socket: Socket) => void;
	/** Answers a command; undefined for the usual answer, null for none. */
	readonly answer?: (
		name: AmfValue,
		transaction: number,
	) => readonly AmfValue[] | null | undefined;
}

export function say(...values: readonly AmfValue[]): Buffer {
	return chunks(
		3,
		{
			...{ type: messageTypes.command, streamId: 0, timestamp: 0 },
			payload: amf0(...values),
		},
		128,
	);
}

function usual(name: AmfValue, transaction: number): readonly AmfValue[] {
	const status = { level: "status", code: "NetStream.Publish.Start" };
	if (name === "connect") return ["_result", transaction, {}, { objects: 1 }];
	if (name === "createStream") return ["_result", transaction, null, 7];
	return name === "publish" ? ["onStatus", 0, null, status] : [];
}

export async function scriptedServer(
	t: TestContext,
	{ connected, answer = () => undefined }: Script = {},
): Promise<ScriptedServer> {
	const sockets: Socket[] = [];
	const said: (readonly AmfValue[])[] = [];
	const media: RtmpMessage[] = [];
	const server = createServer((socket) => {
		sockets.push(socket);
		socket.on("error", () => {});
		if (connected) connected(socket);
		else
			serve(socket, (message) => {
				const { type, payload } = message;
				if (type === messageTypes.audio || type === messageTypes.video)
					media.push(message);
				if (type !== messageTypes.command && type !== messageTypes.data) return;
				const values = readAmf0(payload);
				said.push(values);
				const [name, transaction] = values;
				const given = answer(name, Number(transaction));
				const words = given ?? usual(name, Number(transaction));
				if (given !== null && words.length > 0) socket.write(say(...words));
			});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const address = server.address();
	if (typeof address !== "object" || !address) throw new Error("no port");
	return { port: address.port, sockets, said, media };
}

const greetingLength = 1536;

function serve(socket: Socket, message: (message: RtmpMessage) => void): void {
	const reader = new ChunkReader(message, 1 << 24);
	let early = Buffer.alloc(0);
	let left = 1 + 2 * greetingLength;
	socket.on("data", (data) => {
		const handshake = left > 0;
		if (handshake) {
			const before = early.length;
			early = Buffer.concat([early, data]);
			if (before <= greetingLength && early.length > greetingLength)
				socket.write(
					Buffer.concat([
						Buffer.of(3),
						Buffer.alloc(greetingLength, 1),
						early.subarray(1, 1 + greetingLength),
					]),
				);
			left = 1 + 2 * greetingLength - early.length;
			if (left <= 0) reader.push(early.subarray(1 + 2 * greetingLength));
		} else reader.push(data);
	});
}
