import { nameIn } from "../auth/name-in.ts";
import type { AuthResult, Identity } from "../auth/types.ts";
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
		method === "OPTIONS"
			? undefined
			: await login(context, connection, request);
	const target = targetOf(connection, request);
	const exchange = { context, connection, request, identity, target };
	refuseRequirements(exchange);
	return methods[method](exchange);
}

async function login(
	context: RtspContext,
	connection: ClientConnection,
	request: RtspRequest,
): Promise<Identity> {
	const result = await verify(context, connection, request);
	// Who waited for its turn may have gone: nobody would end what it set up.
	if (connection.closed) throw new Refusal(408, "");
	if (result.kind === "authenticated") {
		connection.loggedIn = true;
		return result.identity;
	}
	const { reason, stale, retrySeconds } =
		result.kind === "refused"
			? result
			: { reason: "", stale: false, retrySeconds: undefined };
	if (result.kind === "refused" && !stale) connection.refusals++;
	if (retrySeconds !== undefined)
		throw new Refusal(503, reason, [["Retry-After", String(retrySeconds)]]);
	const challenges = context.auth
		.challenges(stale, connection.secure)
		.map((challenge): Header => ["WWW-Authenticate", challenge]);
	throw new Refusal(401, stale ? "" : reason, challenges);
}

function verify(
	{ auth, guesses }: RtspContext,
	connection: ClientConnection,
	{ headers, method, uri }: RtspRequest,
): AuthResult | Promise<AuthResult> {
	const header = headers.get("authorization");
	if (header === undefined) return { kind: "anonymous" };
	const caller = {
		client: connection.remoteAddress,
		connection,
		agent: headers.get("user-agent"),
		foreignPage: connection.foreignPage,
	};
	return guesses.guard(
		caller,
		() => nameIn(header),
		() => auth.verify(header, method, uri, connection.secure),
	);
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
