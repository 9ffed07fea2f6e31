import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { createWebSocketStream, WebSocket } from "ws";
import { authorization } from "../helpers/digest.ts";
import { administrator, type RunningService } from "../helpers/service.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";
import { openTunnel } from "../rtsp/tunnel/tunnel-client.ts";
import { envelope, security } from "../soap/client.ts";

/** What came of a login; "held": it was not looked at, since too many were wrong. */
export type Fate = "in" | "wrong" | "held";

export interface Attempt {
	readonly password: string;
	/** The client's address. */
	readonly from: string;
	readonly agent: string;
}

/** One way to log in. */
export type Door = (
	t: TestContext,
	service: RunningService,
	attempt: Attempt,
) => Promise<Fate>;

interface Answered {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
}

/** A request on a connection of its own, from an address of the loopback. */
export async function ask(
	url: string,
	{ from, agent }: Attempt,
	options: {
		readonly method?: string;
		readonly headers?: Readonly<Record<string, string>>;
		readonly body?: string;
	} = {},
): Promise<Answered> {
	const { method = "GET", headers, body } = options;
	const sent = request(url, {
		method,
		agent: false,
		localAddress: from,
		headers: { "user-agent": agent, ...headers },
	});
	sent.end(body);
	const [response] = await once(sent, "response");
	let text = "";
	for await (const chunk of response.setEncoding("utf8")) text += chunk;
	return { status: response.statusCode, headers: response.headers, text };
}

const getProfiles =
	'<GetProfiles xmlns="http://www.onvif.org/ver10/media/wsdl"/>';
const soap = { "content-type": "application/soap+xml; charset=utf-8" };

function soapFate({ status, headers, text }: Answered): Fate {
	if (status === 200) return "in";
	if (status !== 401 || !/ter:NotAuthorized/.test(text))
		throw new Error(`${status} ${text}`);
	return headers["retry-after"] === undefined ? "wrong" : "held";
}

const digestOf = (
	challenges: string,
	password: string,
	method: string,
	url: string,
) =>
	authorization(
		challenges,
		{ name: administrator.name, password },
		method,
		new URL(url).pathname,
	) ?? "";

const userNameToken: Door = async (_t, { url }, attempt) => {
	const header = security(administrator.name, attempt.password);
	const body = envelope(getProfiles, header);
	const to = `${url}/onvif/media_service`;
	return soapFate(
		await ask(to, attempt, { method: "POST", headers: soap, body }),
	);
};

const soapDigest: Door = async (_t, { url }, attempt) => {
	const to = `${url}/onvif/media_service`;
	const post = { method: "POST", body: envelope(getProfiles, "") };
	const first = await ask(to, attempt, { ...post, headers: soap });
	const challenges = String(first.headers["www-authenticate"]);
	const digest = digestOf(challenges, attempt.password, "POST", to);
	const headers = { ...soap, authorization: digest };
	return soapFate(await ask(to, attempt, { ...post, headers }));
};

const snapshot: Door = async (_t, { url }, attempt) => {
	const to = `${url}/status`;
	const first = await ask(to, attempt);
	const challenges = String(first.headers["www-authenticate"]);
	const digest = digestOf(challenges, attempt.password, "GET", to);
	const { status } = await ask(to, attempt, {
		headers: { authorization: digest },
	});
	return status === 200 ? "in" : status === 401 ? "wrong" : "held";
};

const session: Door = async (_t, { url }, attempt) => {
	const to = `${url}/session`;
	const { challenge } = JSON.parse((await ask(to, attempt)).text);
	const digest = digestOf(challenge, attempt.password, "POST", to);
	const { status } = await ask(to, attempt, {
		method: "POST",
		headers: { authorization: digest },
	});
	return status === 204 ? "in" : status === 403 ? "wrong" : "held";
};

async function describe(
	client: RtspClient<Duplex>,
	{ rtsp }: RunningService,
	{ password, agent }: Attempt,
): Promise<Fate> {
	client.login = { user: administrator.name, password };
	const url = `rtsp://127.0.0.1:${rtsp}/nowhere`;
	const { status } = await client.request("DESCRIBE", url, {
		"User-Agent": agent,
	});
	client.socket.destroy();
	return status === 404 ? "in" : status === 401 ? "wrong" : "held";
}

const rtsp: Door = async (t, service, attempt) => {
	const { from } = attempt;
	const client = await RtspClient.connect(t, service.rtsp, undefined, from);
	return describe(client, service, attempt);
};

let cookies = 0;
const tunnel: Door = async (t, service, attempt) => {
	const cookie = `guess${cookies++}`;
	const localAddress = attempt.from;
	const client = await openTunnel(t, service.http, { cookie, localAddress });
	return describe(client, service, attempt);
};

const webSocket: Door = async (t, service, attempt) => {
	const socket = new WebSocket(
		`ws://127.0.0.1:${service.http}/rtsp-over-websocket`,
		["rtsp.onvif.org"],
		{ localAddress: attempt.from },
	);
	t.after(() => socket.terminate());
	const stream = createWebSocketStream(socket);
	stream.on("error", () => {});
	await once(socket, "open");
	const client = new RtspClient(stream);
	return describe(client, service, attempt);
};

export const doors = {
	"SOAP, WS-UsernameToken": userNameToken,
	"SOAP, HTTP Digest": soapDigest,
	"HTTP Digest": snapshot,
	"the page's login": session,
	RTSP: rtsp,
	"RTSP over HTTP": tunnel,
	"RTSP over WebSocket": webSocket,
} satisfies Readonly<Record<string, Door>>;
