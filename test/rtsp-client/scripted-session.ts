import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { RtspClient } from "../../src/rtsp-client/client.ts";
import type { ConnectOptions } from "../../src/rtsp-client/describe.ts";
import { certificate } from "./certificate.ts";
import {
	type Answer,
	type Answers,
	describes,
	reply,
	ScriptedServer,
} from "./scripted-server.ts";

export const tracks = describes(
	"a=control:*",
	"m=video 0 RTP/AVP 96",
	"a=rtpmap:96 H264/90000",
	"a=control:video",
	"m=audio 0 RTP/AVP 8",
	"a=control:audio",
);

export const session =
	(transport: string, timeout = 60): Answer =>
	(...request) =>
		reply("200 OK", [
			`Session: abc;timeout=${timeout}`,
			`Transport: ${transport}`,
		])(...request);

export const interleaved = (channel: number, text: string) => {
	const packet = Buffer.from(`$${String.fromCharCode(channel)}\0\0${text}`);
	packet.writeUInt16BE(text.length, 2);
	return packet;
};

/** A server that answers so, with two tracks if not told otherwise, and clients of it; until the test ends. */
export async function start(t: TestContext, answers: Answers, tls = false) {
	const server = new ScriptedServer(
		{ DESCRIBE: tracks, ...answers },
		tls ? await certificate() : undefined,
	);
	const port = await server.listen();
	const end = new AbortController();
	t.after(() => {
		end.abort();
		server.close();
	});
	const connect = (options: Partial<ConnectOptions> = {}) =>
		RtspClient.connect({
			url: `rtsp${tls ? "s" : ""}://127.0.0.1:${port}/1`,
			signal: end.signal,
			...options,
		});
	return { server, connect, port };
}

/** The two tracks. */
export function media(client: RtspClient) {
	const [video, audio] = client.description.media;
	assert.ok(video && audio);
	return { video, audio };
}
