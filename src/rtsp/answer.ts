import type { Identity } from "../auth/types.ts";
import { backchannelOf, backchannelTag, tagsOf } from "./backchannel.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Exchange, RtspContext, Success } from "./context.ts";
import type { RtspRequest } from "./message.ts";
import {
	allowHeader,
	isMethodName,
	publicHeader,
	refusedMethods,
} from "./method-names.ts";
import { methods } from "./methods.ts";
import { type RequestTarget, readTarget } from "./request-url.ts";
import { type Header, Refusal } from "./status.ts";

/** Does what a request asks for. Throws a `Refusal`, whose `message` is for the log. */
export async function answer(
	context: RtspContext,
	connection: ClientConnection,
	request: RtspRequest,
): Promise<Success> {
	const { method } = request;
	if (!isMethodName(method)) {
		const status = refusedMethods.has(method) ? 405 : 501;
		const reason = `${method} is not served`;
		throw new Refusal(status, reason, [allowHeader, publicHeader]);
	}
	const identity =
		method === "OPTIONS" ? undefined : login(context, connection, request);
	const target = targetOf(connection, request);
	const exchange = { context, connection, request, identity, target };
	refuseRequirements(exchange);
	return methods[method](exchange);
}

function login(
	context: RtspContext,
	connection: ClientConnection,
	request: RtspRequest,
): Identity {
	const header = request.headers.get("authorization");
	const { method, uri } = request;
	const { secure } = connection;
	const result = context.auth.verify(header, method, uri, secure);
	if (result.kind === "authenticated") {
		connection.loggedIn = true;
		return result.identity;
	}
	const stale = result.kind === "refused" && result.stale;
	const challenges = context.auth
		.challenges(stale, secure)
		.map((challenge): Header => ["WWW-Authenticate", challenge]);
	if (result.kind === "refused" && !stale) connection.refusals++;
	const reason = result.kind === "refused" && !stale ? result.reason : "";
	throw new Refusal(401, reason, challenges);
}

/** RFC 2326, 12.32 and 1.5: the one extension is ONVIF's back channel, where the profile has one; replay is refused by this too. */
function refuseRequirements(exchange: Exchange): void {
	const { context, request, target } = exchange;
	for (const name of ["require", "proxy-require"]) {
		const tags = tagsOf(request.headers.get(name) ?? "");
		if (tags.length === 0) continue;
		const profile = target && context.directory.find(target.profileToken);
		const talks = backchannelOf(exchange, profile) !== undefined;
		const unknown = tags.filter((tag) => !(talks && tag === backchannelTag));
		if (unknown.length === 0) continue;
		const list = unknown.join(", ");
		throw new Refusal(551, `Require: ${list}`, [["Unsupported", list]]);
	}
}

/** Methods without a presentation of their own may be asked of `*`. */
const anywhere = new Set(["OPTIONS", "GET_PARAMETER", "SET_PARAMETER"]);

function targetOf(
	connection: ClientConnection,
	request: RtspRequest,
): RequestTarget | undefined {
	const { uri, method } = request;
	if (uri === "*" && anywhere.has(method)) return undefined;
	const target = readTarget(uri, connection.authority);
	if (target === undefined) throw new Refusal(400, "malformed URL");
	return target;
}
