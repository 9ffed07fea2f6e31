import { RtspClient } from "../../rtsp-client/client.ts";
import type { ChainLogin } from "./login.ts";
import { ChainTrouble } from "./trouble.ts";

export interface PlayOptions {
	readonly port: number;
	readonly path: string;
	readonly login: ChainLogin;
	readonly encoding: "H264" | "JPEG";
	/** An RTP packet of the server's. */
	readonly packet: (packet: Buffer, payloadType: number) => void;
	readonly signal: AbortSignal;
}

/** Plays what v4l2rtspserver has, over TCP interleaved, until `signal` aborts. Resolves once it plays, with the connection. */
export async function play(
	options: PlayOptions,
): Promise<{ readonly closed: Promise<string> }> {
	const { port, path, login, encoding, signal } = options;
	const client = await RtspClient.connect({
		url: `rtsp://127.0.0.1:${port}/${path}`,
		login,
		signal,
	});
	const video = client.description.media.find(({ type }) => type === "video");
	const format = video?.formats[0];
	if (!video || format?.encodingName !== encoding)
		throw new ChainTrouble(
			`v4l2rtspserver offers ${format?.encodingName ?? "no video"} instead of ${encoding}`,
		);
	await client.setup(video, "tcp", {
		rtp: (packet) => options.packet(packet, format.payloadType),
	});
	await client.play();
	return client;
}
