import type { StartPoint } from "../../media/types.ts";
import { backchannelTrack } from "../backchannel.ts";
import type { Exchange, Success } from "../context.ts";
import { answerRange } from "../range.ts";
import type { RtspSession, SessionTrack } from "../session.ts";
import { type Header, Refusal } from "../status.ts";
import { requireAggregate } from "./session-of.ts";

/** RFC 2326, 10.5. On a session that plays already it only keeps alive. */
export async function play(exchange: Exchange): Promise<Success> {
	const { context, request } = exchange;
	const session = requireAggregate(exchange);
	const asked = request.headers.get("range");
	const range = answerRange(asked, context.clock.now());
	if (range === undefined) throw new Refusal(457, `Range: ${asked}`);
	const begins = !session.playing;
	const tracks = () => [...session.tracks.values()];
	if (begins) await Promise.all(tracks().map(({ viewer }) => viewer.start()));
	if (session.ended) throw new Refusal(454, "the session ended meanwhile");
	const info = [...session.tracks]
		.filter(([number]) => number !== backchannelTrack)
		.map(([, track]) => rtpInfo(track));
	const headers: Header[] = [
		["Session", session.header],
		["Range", range],
	];
	if (info.length > 0) headers.push(["RTP-Info", info.join(",")]);
	// A server without trick play says so (RFC 2326, 12.34).
	if (request.headers.has("scale")) headers.push(["Scale", "1.0"]);
	if (begins) logStart(exchange, session);
	return { headers, after: () => release(session) };
}

function rtpInfo({ viewer, url }: SessionTrack): string {
	const point = viewer.position();
	return `url=${url}${point === undefined ? "" : parameters(point)}`;
}

function parameters(point: StartPoint): string {
	return `;seq=${point.sequenceNumber};rtptime=${point.rtpTimestamp}`;
}

function release(session: RtspSession): void {
	for (const { viewer } of session.tracks.values()) viewer.release();
}

function logStart(exchange: Exchange, session: RtspSession): void {
	const transports = [...session.tracks.values()].map((t) => t.sender.kind);
	exchange.context.log.info("RTSP session plays", {
		client: session.client,
		user: session.user,
		profile: session.presentation.profileToken,
		transport: [...new Set(transports)].join(", "),
	});
}
