import type { Exchange } from "../context.ts";
import type { RequestTarget } from "../request-url.ts";
import type { RtspSession } from "../session.ts";
import { type Header, Refusal } from "../status.ts";

/** The session that the request names. Refuses with 454 when it names none, or one that is not its user's. */
export function sessionOf(exchange: Exchange): RtspSession {
	const { request, context, identity } = exchange;
	const header = request.headers.get("session");
	if (header === undefined) throw new Refusal(454, "no Session header");
	const session = context.sessions.find(header, identity?.name);
	if (session === undefined) throw new Refusal(454, "unknown session");
	return session;
}

/** The same where a session may be missing: the header to answer with. */
export function sessionHeaders(exchange: Exchange): Header[] {
	return exchange.request.headers.has("session")
		? [["Session", sessionOf(exchange).header]]
		: [];
}

/** What a request for a session is about. Refuses when it is not what the session was set up for. */
export function targetOf(
	exchange: Exchange,
	session: RtspSession,
): RequestTarget {
	const { target } = exchange;
	if (target === undefined) throw new Refusal(400, "* is not a stream's URL");
	if (target.profileToken !== session.presentation.profileToken)
		throw new Refusal(454, "the session is for another profile");
	if (target.track !== undefined && !session.tracks.has(target.track))
		throw new Refusal(404, "no such track in the session");
	return target;
}

/** PLAY and PAUSE of one track of several (RFC 2326, 14.4: the server may insist on all). */
export function requireAggregate(exchange: Exchange): RtspSession {
	const session = sessionOf(exchange);
	const target = targetOf(exchange, session);
	if (target.track !== undefined && session.tracks.size > 1)
		throw new Refusal(460, "tracks play together");
	return session;
}
