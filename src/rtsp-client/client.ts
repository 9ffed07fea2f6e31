import { randomBytes } from "node:crypto";
import { systemClock } from "../system/clock.ts";
import type { RtspConnection } from "./connection.ts";
import { type ConnectOptions, type Described, describe } from "./describe.ts";
import { expectOk, RtspError } from "./errors.ts";
import { keepAlive } from "./keep-alive.ts";
import { header, type RtspMessage } from "./message-reader.ts";
import type { TrackReceiver } from "./receiver.ts";
import { ReceiverReports, type ReportingOptions } from "./receiver-reports.ts";
import { Reorder } from "./reorder.ts";
import type { MediaDescription, SessionDescription } from "./sdp.ts";
import {
	readChannels,
	readServerPorts,
	readSession,
	type Session,
	type Transport,
} from "./transport.ts";
import { UdpReceiver } from "./udp-receiver.ts";

type Take = (packet: Buffer) => void;

interface Track {
	readonly reports: ReceiverReports;
	readonly send: Take;
}

/** Of video, where nothing is said (RFC 3551, 5). */
const likelyClockRate = 90_000;

/** A viewer at an RTSP server: `connect`, `setup` of each track that is wanted, `play`, `close`. */
export class RtspClient {
	readonly description: SessionDescription;
	readonly #connection: RtspConnection;
	readonly #methods: string;
	readonly #channels: Map<number, Take>;
	readonly #reporting: Omit<ReportingOptions, "clockRate">;
	readonly #tracks: Track[] = [];
	#session: Session | undefined;

	private constructor(
		described: Described,
		channels: Map<number, Take>,
		{ clock = systemClock, random = randomBytes }: ConnectOptions,
	) {
		this.description = described.description;
		this.#connection = described.connection;
		this.#methods = described.methods;
		this.#channels = channels;
		const cname = random(12).toString("base64");
		this.#reporting = { clock, random, cname };
	}

	/**
	 * Connects, logs in and asks what there is to play.
	 * @throws RtspError with what is wrong: Unreachable, LoginRefused, or with the server's status
	 */
	static async connect(options: ConnectOptions): Promise<RtspClient> {
		const channels = new Map<number, Take>();
		const described = await describe(options, (channel, packet) =>
			channels.get(channel)?.(packet),
		);
		return new RtspClient(described, channels, options);
	}

	/** Resolves with why the connection ended. */
	get closed(): Promise<string> {
		return this.#connection.closed;
	}

	/**
	 * Asks for a track, before `play`; its packets go to `receiver`, over UDP put in order. The server is told how they arrive.
	 * @throws RtspError; after a refusal other tracks can still be had
	 */
	async setup(
		media: MediaDescription,
		transport: Transport,
		receiver: TrackReceiver,
	): Promise<void> {
		const clockRate = media.formats[0]?.clockRate ?? likelyClockRate;
		const reports = new ReceiverReports({ ...this.#reporting, clockRate });
		const send = await (transport === "udp"
			? this.#setupUdp(media, receiver, reports)
			: this.#setupTcp(media, receiver, reports));
		this.#tracks.push({ reports, send });
	}

	/**
	 * Plays all tracks that were set up, and keeps the session alive.
	 * @throws RtspError
	 */
	async play(): Promise<void> {
		if (!this.#session) throw new RtspError("no track is set up");
		const { control } = this.description;
		const headers = { Session: this.#session.id };
		const { status } = await this.#connection.request("PLAY", control, {
			...headers,
			Range: "npt=0.000-",
		});
		expectOk(status, "PLAY");
		for (const { reports, send } of this.#tracks) {
			reports.start(send);
			void this.closed.then(() => reports.stop());
		}
		keepAlive({
			connection: this.#connection,
			uri: control,
			headers,
			methods: this.#methods,
			everyMs: this.#session.keepAliveMs,
		});
	}

	/** Over TCP: lets the server wait with what it sends, until `resume`. */
	pause(): void {
		this.#connection.pause();
	}

	resume(): void {
		this.#connection.resume();
	}

	/** Ends it for a reason of ours, without a word to the server. */
	end(reason: string): void {
		this.#connection.end(reason);
	}

	/** Tells the server goodbye. */
	close(): void {
		if (this.#session)
			this.#connection.tell("TEARDOWN", this.description.control, {
				Session: this.#session.id,
			});
		this.#connection.hangUp();
	}

	async #setupTcp(
		media: MediaDescription,
		receiver: TrackReceiver,
		reports: ReceiverReports,
	): Promise<Take> {
		let first = 0;
		while (this.#channels.has(first) || this.#channels.has(first + 1))
			first += 2;
		const answer = await this.#request(
			media,
			`RTP/AVP/TCP;unicast;interleaved=${first}-${first + 1}`,
		);
		const [rtp, rtcp] = readChannels(header(answer, "transport") ?? "");
		if (this.#channels.has(rtp) || this.#channels.has(rtcp))
			throw new RtspError("it sends two tracks on one channel");
		this.#channels.set(rtp, (packet) => {
			reports.rtp(packet);
			receiver.rtp(packet);
		});
		this.#channels.set(rtcp, (packet) => {
			reports.rtcp(packet);
			receiver.rtcp?.(packet);
		});
		return (report) => this.#connection.packet(rtcp, report);
	}

	async #setupUdp(
		media: MediaDescription,
		receiver: TrackReceiver,
		reports: ReceiverReports,
	): Promise<Take> {
		const reorder = new Reorder((packet) => receiver.rtp(packet));
		const udp = await UdpReceiver.open(this.#connection.remoteAddress ?? "", {
			rtp(packet) {
				reports.rtp(packet);
				reorder.push(packet);
			},
			rtcp(packet) {
				reports.rtcp(packet);
				receiver.rtcp?.(packet);
			},
		});
		try {
			const answer = await this.#request(
				media,
				`RTP/AVP;unicast;client_port=${udp.port}-${udp.port + 1}`,
			);
			const ports = readServerPorts(header(answer, "transport") ?? "");
			if (ports) udp.greet(...ports, reports.write());
		} catch (error) {
			udp.close();
			throw error;
		}
		void this.closed.then(() => udp.close());
		return (report) => udp.sendRtcp(report);
	}

	async #request(
		{ control }: MediaDescription,
		transport: string,
	): Promise<RtspMessage> {
		const answer = await this.#connection.request("SETUP", control, {
			Transport: transport,
			...(this.#session ? { Session: this.#session.id } : {}),
		});
		expectOk(answer.status, "SETUP");
		// Some servers name the session only once.
		this.#session ??= readSession(header(answer, "session") ?? "");
		return answer;
	}
}
