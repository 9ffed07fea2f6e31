import { RtspConnection } from "../relay/connection.ts";
import type { RtspMessage } from "../relay/message-reader.ts";
import { findVideo, type VideoTrack } from "../relay/sdp.ts";
import type { ChainLogin } from "./login.ts";
import { ChainTrouble } from "./trouble.ts";

/** v4l2rtspserver drops a session that says nothing for 65 s. */
const keepAliveMs = 20_000;

export interface PlayOptions {
	readonly port: number;
	readonly path: string;
	readonly login: ChainLogin;
	readonly encoding: VideoTrack["encoding"];
	/** An RTP packet of the server's. */
	readonly packet: (packet: Buffer, payloadType: number) => void;
	readonly signal: AbortSignal;
}

/** Plays what v4l2rtspserver has, over TCP interleaved, until `signal` aborts. Resolves once it plays, with the connection. */
export async function play(
	options: PlayOptions,
): Promise<{ readonly closed: Promise<string> }> {
	const { port, path, login, signal } = options;
	const uri = `rtsp://127.0.0.1:${port}/${path}`;
	let payloadType: number | undefined;
	const connection = new RtspConnection({
		address: { host: "127.0.0.1", port, uri, login: undefined },
		login,
		packet(channel, packet) {
			if (channel === 0 && payloadType !== undefined)
				options.packet(packet, payloadType);
		},
		signal,
	});
	const ask = async (
		method: string,
		address: string,
		headers: Readonly<Record<string, string>>,
	) => answered(method, await connection.request(method, address, headers));
	const described = await ask("DESCRIBE", uri, { Accept: "application/sdp" });
	const base = described.headers.get("content-base")?.[0] ?? uri;
	const track = findVideo(described.body, base);
	if (track?.encoding !== options.encoding)
		throw new ChainTrouble(
			`v4l2rtspserver offers ${track?.encoding ?? "no video"} instead of ${options.encoding}`,
		);
	payloadType = track.payloadType;
	const setUp = await ask("SETUP", track.control, {
		Transport: "RTP/AVP/TCP;unicast;interleaved=0-1",
	});
	const Session = setUp.headers.get("session")?.[0]?.split(";")[0] ?? "";
	await ask("PLAY", base, { Session, Range: "npt=0.000-" });
	const timer = setInterval(
		() => connection.tell("GET_PARAMETER", base, { Session }),
		keepAliveMs,
	);
	void connection.closed.then(() => clearInterval(timer));
	return connection;
}

function answered(method: string, answer: RtspMessage): RtspMessage {
	if (answer.status === 200) return answer;
	throw new ChainTrouble(
		`v4l2rtspserver answers ${answer.status} to ${method}`,
	);
}
