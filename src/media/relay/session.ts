import type { RtspSource } from "../types.ts";
import { type Login, type RtspAddress, rtspAddress } from "./address.ts";
import { RtspConnection } from "./connection.ts";
import { RelayError } from "./errors.ts";
import type { RtspMessage } from "./message-reader.ts";
import { findVideo, sessionControl, type VideoTrack } from "./sdp.ts";
import { UdpReceiver } from "./udp-receiver.ts";

const maxRedirects = 3;
const defaultTimeoutSeconds = 60;
const longestKeepAliveMs = 25_000;
/** A camera that plays sends something within this time. */
const silenceMs = 10_000;

/** A camera that plays to us. */
export interface PlayingSession {
	readonly track: VideoTrack;
	/** Resolves with why it ended. */
	readonly ended: Promise<string>;
	/** Tells the camera goodbye. */
	close(): void;
}

interface OpenOptions {
	/** From PLAY on; asked for once the track is known. */
	readonly receive: (track: VideoTrack) => (packet: Buffer) => void;
	/** Aborting it hangs up. */
	readonly signal: AbortSignal;
}

interface Described {
	readonly connection: RtspConnection;
	readonly uri: string;
	readonly answer: RtspMessage;
	/** What it says it can do, for keeping the session alive. */
	readonly methods: string;
}

const header = ({ headers }: RtspMessage, name: string) =>
	headers.get(name)?.[0];

const refusals: Readonly<Record<number, string>> = {
	403: "403: this user may not watch it",
	404: "404: it has no such path; see its manual for the address of its video",
	406: "406: it does not describe itself in SDP",
	454: "454: it forgot the session",
	461: "461: it does not send over this transport; try the other one (transport: tcp or udp)",
	503: "503: it has no picture at present",
};

function expectOk(answer: RtspMessage, method: string): RtspMessage {
	if (answer.status >= 200 && answer.status < 300) return answer;
	throw new RelayError(
		refusals[answer.status] ?? `it answers ${method} with ${answer.status}`,
	);
}

/** Its own login wins over that in the address. */
function loginOf(
	{ user, password }: RtspSource,
	{ login }: RtspAddress,
): Login | undefined {
	return user === null ? login : { user, password: password ?? "" };
}

/**
 * Connects, logs in and plays.
 * @throws RelayError with what is wrong
 */
export async function openSession(
	source: RtspSource,
	options: OpenOptions,
): Promise<PlayingSession> {
	let packet: (packet: Buffer) => void = () => {};
	const described = await describe(source, options.signal, (data) =>
		packet(data),
	);
	const { connection, answer, uri } = described;
	let udp: UdpReceiver | undefined;
	try {
		const base =
			header(answer, "content-base") ??
			header(answer, "content-location") ??
			uri;
		const track = findVideo(answer.body, base);
		if (!track) throw new RelayError("it offers no H.264, H.265 or JPEG video");
		const watch = new Silence(() =>
			connection.end("it sends no packets any more"),
		);
		const gate = options.receive(track);
		packet = (data) => {
			watch.heard();
			gate(data);
		};
		if (source.transport === "udp")
			udp = await UdpReceiver.open(connection.remoteAddress ?? "", packet);
		const session = await setUp(connection, track, udp);
		const control = sessionControl(answer.body, base);
		const headers = { Session: session.id };
		expectOk(
			await connection.request("PLAY", control, {
				...headers,
				Range: "npt=0-",
			}),
			"PLAY",
		);
		watch.heard();
		const keepAlive = keepAliveOf(described.methods);
		const timer = setInterval(() => {
			connection
				.request(keepAlive, control, headers)
				.then((kept) => {
					if (kept.status === 454) connection.end(refusals[454] ?? "");
				})
				.catch((error: Error) => connection.end(error.message));
		}, session.keepAliveMs);
		const ended = connection.closed.finally(() => {
			clearInterval(timer);
			watch.stop();
			udp?.close();
		});
		return {
			track,
			ended,
			close() {
				connection.tell("TEARDOWN", control, headers);
				connection.hangUp();
			},
		};
	} catch (error) {
		udp?.close();
		connection.end("stopped");
		throw error;
	}
}

/** GET_PARAMETER where the camera says that it knows it, since some take OPTIONS for no sign of life. */
function keepAliveOf(methods: string): string {
	return /\bGET_PARAMETER\b/.test(methods) ? "GET_PARAMETER" : "OPTIONS";
}

/** OPTIONS and DESCRIBE, at whatever address the camera sends us to. */
async function describe(
	source: RtspSource,
	signal: AbortSignal,
	packet: (packet: Buffer) => void,
): Promise<Described> {
	const first = rtspAddress(source.url);
	if (!first) throw new RelayError("its address is no rtsp:// address");
	let address = first;
	for (let redirects = 0; redirects <= maxRedirects; redirects++) {
		const connection = new RtspConnection({
			address,
			// The credentials are for the host that they were given for.
			login: address.host === first.host ? loginOf(source, first) : undefined,
			packet: (channel, data) => {
				if (channel === 0) packet(data);
			},
			signal,
		});
		try {
			const { uri } = address;
			const options = await connection.request("OPTIONS", uri);
			const answer = await connection.request("DESCRIBE", uri, {
				Accept: "application/sdp",
			});
			const methods = header(options, "public") ?? "";
			if (answer.status < 300 || answer.status > 399)
				return {
					connection,
					uri,
					answer: expectOk(answer, "DESCRIBE"),
					methods,
				};
			const location = rtspAddress(header(answer, "location") ?? "");
			if (!location)
				throw new RelayError(
					"it sends us to something that is no RTSP address",
				);
			address = location;
			connection.end("redirected");
		} catch (error) {
			connection.end("failed");
			throw error;
		}
	}
	throw new RelayError("it sends us from one address to the next");
}

interface SetUp {
	readonly id: string;
	readonly keepAliveMs: number;
}

async function setUp(
	connection: RtspConnection,
	track: VideoTrack,
	udp: UdpReceiver | undefined,
): Promise<SetUp> {
	const wish = udp
		? `RTP/AVP;unicast;client_port=${udp.port}-${udp.port + 1}`
		: "RTP/AVP/TCP;unicast;interleaved=0-1";
	const answer = expectOk(
		await connection.request("SETUP", track.control.replace(/\s/g, "%20"), {
			Transport: wish,
		}),
		"SETUP",
	);
	const [id = "", ...parameters] = (header(answer, "session") ?? "").split(";");
	if (!/^[\x21-\x7e]{1,256}$/.test(id.trim()))
		throw new RelayError("it gives the session no proper name");
	const transport = header(answer, "transport") ?? "";
	if (udp) {
		const ports = /server_port=(\d{1,5})(?:-(\d{1,5}))?/.exec(transport);
		const port = Number(ports?.[1] ?? 0);
		if (port > 0 && port < 65_535)
			udp.greet(connection.remoteAddress ?? "", port, port + 1);
	} else if (!/interleaved\s*=\s*0\b/.test(transport))
		throw new RelayError(
			"it does not send over the RTSP connection; try transport: udp",
		);
	const timeout = /^\s*timeout\s*=\s*(\d{1,6})/i.exec(
		parameters.find((one) => /^\s*timeout/i.test(one)) ?? "",
	)?.[1];
	const seconds = Math.max(2, Number(timeout ?? defaultTimeoutSeconds));
	return {
		id: id.trim(),
		keepAliveMs: Math.min(longestKeepAliveMs, (seconds * 1000) / 2),
	};
}

/** Tells when nothing was heard for too long. */
class Silence {
	readonly #timer: NodeJS.Timeout;

	constructor(tooLong: () => void) {
		this.#timer = setTimeout(tooLong, silenceMs);
	}

	heard(): void {
		this.#timer.refresh();
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}
