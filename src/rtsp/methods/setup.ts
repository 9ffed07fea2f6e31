import type { Backchannel, Track } from "../../media/types.ts";
import { backchannelOf, backchannelTrack } from "../backchannel.ts";
import type { Exchange, Success } from "../context.ts";
import { InterleavedSender } from "../interleaved-sender.ts";
import type { RequestTarget } from "../request-url.ts";
import type { Sender, SenderListener } from "../sender.ts";
import type { RtspSession, SessionTrack } from "../session.ts";
import { Refusal } from "../status.ts";
import { TalkTrack } from "../talk-track.ts";
import { chooseTransport, type OfferedTransport } from "../transport.ts";
import { UdpSender } from "../udp-sender.ts";
import { Viewer } from "../viewer.ts";
import { presentationOf } from "./describe.ts";
import { sessionOf } from "./session-of.ts";
import { openMulticast } from "./setup-multicast.ts";

/** RFC 2326, 10.4. */
export async function setup(exchange: Exchange): Promise<Success> {
	const { context, connection, request, target } = exchange;
	if (target === undefined) throw new Refusal(400, "* is not a stream's URL");
	const presentation = presentationOf(exchange, target.profileToken);
	const before = request.headers.has("session")
		? sessionOf(exchange)
		: undefined;
	const number = trackNumber(target, presentation.tracks.length);
	const track = presentation.tracks[number];
	const backchannel =
		number === backchannelTrack
			? backchannelOf(exchange, presentation)
			: undefined;
	if (track === undefined && backchannel === undefined)
		throw new Refusal(404, "no such track");
	if (before) checkSession(before, target);
	const transport = offered(
		request.headers.get("transport"),
		connection.interleavedOnly,
	);
	const session = before ?? newSession(exchange, presentation);
	// What this SETUP replaces gives its channels or ports back first.
	session.remove(number);
	try {
		const onEnd = (reason: string) => {
			// Without its sound a video goes on.
			if (track?.media !== "video" && session.tracks.size > 1)
				session.remove(number);
			else exchange.connection.endSession(session, reason);
		};
		const { viewer, sender, ssrc } = track
			? await openTrack(exchange, session, track, transport, onEnd)
			: await openTalk(exchange, session, backchannel, transport);
		if (session.ended || exchange.connection.closed) {
			viewer.stop();
			throw new Refusal(454, "the session ended meanwhile");
		}
		session.add(number, {
			url: trackUrl(target),
			viewer,
			sender,
			carrier: sender.kind === "TCP" ? exchange.connection : undefined,
		});
		return {
			headers: [
				["Transport", sender.transport(ssrc)],
				["Session", session.header],
			],
		};
	} catch (error) {
		if (session.tracks.size === 0)
			context.sessions.end(session, "SETUP was refused");
		throw error;
	}
}

function trackUrl(target: RequestTarget): string {
	const { base, track } = target;
	return track === undefined ? base : `${base}trackID=${track}`;
}

/** A presentation of one track may be set up under its own URL (RFC 2326, 14.2). */
function trackNumber(target: RequestTarget, tracks: number): number {
	if (target.track !== undefined) return target.track;
	if (tracks === 1) return 0;
	throw new Refusal(459, "SETUP needs a track's URL");
}

function checkSession(session: RtspSession, target: RequestTarget): void {
	if (session.presentation.profileToken !== target.profileToken)
		throw new Refusal(459, "the session is for another profile");
	if (session.playing) throw new Refusal(455, "SETUP while playing");
}

function offered(
	header: string | undefined,
	interleavedOnly: boolean,
): OfferedTransport {
	if (header === undefined) throw new Refusal(400, "no Transport header");
	const transport = chooseTransport(header, interleavedOnly);
	if (transport === "malformed") throw new Refusal(400, "malformed Transport");
	if (transport === "unsupported")
		throw new Refusal(461, "none of the transports is served");
	return transport;
}

function newSession(
	exchange: Exchange,
	presentation: ReturnType<typeof presentationOf>,
): RtspSession {
	const { context, connection, identity } = exchange;
	if (context.sessions.size >= context.limits.sessions)
		throw new Refusal(453, "too many sessions");
	return connection.createSession(identity?.name ?? "", presentation);
}

type Unicast = Exclude<OfferedTransport, { readonly kind: "multicast" }>;

interface Opened extends Pick<SessionTrack, "viewer" | "sender"> {
	/** Of what we send. */
	readonly ssrc: number;
}

async function openTrack(
	exchange: Exchange,
	session: RtspSession,
	track: Track,
	transport: OfferedTransport,
	onEnd: (reason: string) => void,
): Promise<Opened> {
	const opened =
		transport.kind === "multicast"
			? await openMulticast(exchange, track, transport, onEnd)
			: await openUnicast(exchange, session, track, transport, onEnd);
	return { ...opened, ssrc: track.stream.ssrc };
}

/** Who would not be heard now is told so; who may talk and is silent keeps nobody from it. */
async function openTalk(
	exchange: Exchange,
	session: RtspSession,
	backchannel: Backchannel | undefined,
	transport: OfferedTransport,
): Promise<Opened> {
	const { context, connection } = exchange;
	if (backchannel === undefined) throw new Refusal(404, "no such track");
	if (transport.kind === "multicast")
		throw new Refusal(461, "nobody talks by multicast");
	if (backchannel.busy) throw new Refusal(453, "another client talks");
	const ssrc = context.random(4).readUInt32BE();
	const viewer = new TalkTrack(backchannel, {
		...context,
		ssrc,
		client: connection.client,
		onHeard: () => session.touch(context.clock.monotonic()),
		onDisplaced: () => displaced(exchange, session),
	});
	const sender = await openSender(exchange, transport, viewer);
	viewer.attach(sender);
	return { viewer, sender, ssrc };
}

async function openUnicast(
	exchange: Exchange,
	session: RtspSession,
	track: Track,
	transport: Unicast,
	onEnd: (reason: string) => void,
): Promise<Pick<SessionTrack, "viewer" | "sender">> {
	const listener = new TrackListener(exchange, session);
	const sender = await openSender(exchange, transport, listener);
	const viewer = new Viewer(track, sender, { ...exchange.context, onEnd });
	listener.viewer = viewer;
	return { viewer, sender };
}

async function openSender(
	exchange: Exchange,
	transport: Unicast,
	listener: SenderListener,
): Promise<Sender> {
	const { connection, context } = exchange;
	if (transport.kind === "interleaved") {
		const channels = connection.reserveChannels(transport.channels, listener);
		if (channels === undefined) throw new Refusal(461, "no channels left");
		return new InterleavedSender(connection, channels);
	}
	const { localAddress, remoteAddress } = connection;
	const lease = await context.udp.lease(localAddress);
	return new UdpSender(
		lease,
		context.pacer,
		remoteAddress,
		transport.clientPorts,
		listener,
	);
}

/** RTCP from the viewer keeps its session alive (ONVIF Streaming, "Timeout and keep-alive handling"). */
class TrackListener implements SenderListener {
	viewer: Viewer | undefined;
	readonly #exchange: Exchange;
	readonly #session: RtspSession;

	constructor(exchange: Exchange, session: RtspSession) {
		this.#exchange = exchange;
		this.#session = session;
	}

	rtcp(packet: Buffer): void {
		if (this.viewer?.rtcp(packet))
			this.#session.touch(this.#exchange.context.clock.monotonic());
	}

	displaced(): void {
		displaced(this.#exchange, this.#session);
	}
}

/** The client of before was killed, or begins anew: its BYE would end who has the ports now. */
function displaced({ context }: Exchange, session: RtspSession): void {
	context.sessions.end(session, "its client's port was set up again", true);
}
