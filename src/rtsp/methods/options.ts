import type { Exchange, Success } from "../context.ts";
import { publicHeader } from "../method-names.ts";
import { sessionHeaders } from "./session-of.ts";

/** RFC 2326, 10.1. Needs no login; with a session it keeps that alive. */
export function options(exchange: Exchange): Success {
	return { headers: [publicHeader, ...sessionHeaders(exchange)] };
}
