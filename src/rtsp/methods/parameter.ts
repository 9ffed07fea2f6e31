import type { Exchange, Success } from "../context.ts";
import { Refusal } from "../status.ts";
import { sessionHeaders } from "./session-of.ts";

/** RFC 2326, 10.8. Without a body it is a keep-alive; there are no parameters to get. */
export function getParameter(exchange: Exchange): Success {
	return keepAlive(exchange);
}

/** RFC 2326, 10.9. Without a body it is a keep-alive; there are no parameters to set. */
export function setParameter(exchange: Exchange): Success {
	return keepAlive(exchange);
}

function keepAlive(exchange: Exchange): Success {
	const headers = sessionHeaders(exchange);
	const unknown = exchange.request.body
		.toString("latin1")
		.split(/[\r\n]+/)
		.map((line) => (line.split(":")[0] ?? "").trim())
		.filter((parameter) => /^[\x21-\x7e]{1,64}$/.test(parameter));
	if (unknown.length === 0) return { headers };
	throw new Refusal(
		451,
		"unknown parameter",
		[...headers, ["Content-Type", "text/parameters"]],
		`${unknown.slice(0, 16).join("\r\n")}\r\n`,
	);
}
