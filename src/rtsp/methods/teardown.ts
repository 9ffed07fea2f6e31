import type { Exchange, Success } from "../context.ts";
import { sessionOf, targetOf } from "./session-of.ts";

/** RFC 2326, 10.7: of the whole session, or of one of its tracks. */
export function teardown(exchange: Exchange): Success {
	const session = sessionOf(exchange);
	const { track } = targetOf(exchange, session);
	const header = ["Session", session.header] as const;
	if (track !== undefined && session.tracks.size > 1) {
		session.remove(track);
		return { headers: [header] };
	}
	exchange.context.sessions.end(session, "TEARDOWN");
	return { headers: [["Session", session.id]] };
}
