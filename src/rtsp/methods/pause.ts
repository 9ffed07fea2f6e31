import type { Exchange, Success } from "../context.ts";
import { requireAggregate } from "./session-of.ts";

/** RFC 2326, 10.6. */
export function pause(exchange: Exchange): Success {
	const session = requireAggregate(exchange);
	for (const { viewer } of session.tracks.values()) viewer.pause();
	return { headers: [["Session", session.header]] };
}
