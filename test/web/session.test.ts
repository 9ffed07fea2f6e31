import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { authorization } from "../helpers/digest.ts";
import { fetchPicture } from "../helpers/fetch-picture.ts";
import { until } from "../helpers/media.ts";
import { run } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";

const config = {
	https: { port: 0 },
	profiles: [
		{ token: "jpeg", encoding: "JPEG", width: 64, height: 48 },
		{ token: "main", encoding: "H264", width: 64, height: 48 },
	],
};

let service: RunningService;
before(async () => {
	service = await startService({
		config,
	});
});
after(() => service.remove());

async function challenge(url = service.url): Promise<string> {
	const answer: unknown = await (await fetch(`${url}/session`)).json();
	assert.ok(typeof answer === "object" && answer && "challenge" in answer);
	return String(answer.challenge);
}

async function logIn(password: string, url = service.url): Promise<Response> {
	const login = { ...administrator, password };
	const header = authorization(await challenge(url), login, "POST", "/session");
	return fetch(`${url}/session`, {
		method: "POST",
		headers: { authorization: header ?? "" },
	});
}

const cookieOf = (answer: Response) =>
	answer.headers.get("set-cookie")?.split(";")[0] ?? "";

async function snapshot(headers: Record<string, string>) {
	const answer = await fetchPicture(`${service.url}/snapshot/jpeg`, {
		headers,
	});
	return {
		status: answer.status,
		body: Buffer.from(await answer.arrayBuffer()),
	};
}

test("a session opens the snapshot, until it is ended", async () => {
	const cookie = cookieOf(await logIn(administrator.password));
	const { status, body } = await snapshot({ cookie });
	assert.equal(status, 200);
	assert.equal(body.readUInt16BE(0), 0xffd8);
	const who = await fetch(`${service.url}/session`, { headers: { cookie } });
	assert.deepEqual(await who.json(), {
		user: { name: "admin", level: "Administrator" },
	});
	const logOut = (origin: string) =>
		fetch(`${service.url}/session`, {
			method: "DELETE",
			headers: { cookie, origin },
		});
	assert.equal((await logOut("http://evil.example")).status, 403);
	assert.equal((await snapshot({ cookie })).status, 200);
	assert.equal((await logOut(service.url)).status, 204);
	assert.equal((await snapshot({ cookie })).status, 401);
});

test("after a restart a session is still good, and one that was ended is not", async (t) => {
	const first = await startService({ config });
	let last = first;
	t.after(() => last.remove());
	const cookies = await Promise.all(
		[1, 2].map(async () =>
			cookieOf(await logIn(administrator.password, first.url)),
		),
	);
	const [kept = "", ended = ""] = cookies;
	const statusOf = async (url: string, cookie: string) =>
		(await fetch(`${url}/status`, { headers: { cookie } })).status;
	assert.equal(await statusOf(first.url, ended), 200);
	const headers = { cookie: ended, origin: first.url };
	await fetch(`${first.url}/session`, { method: "DELETE", headers });
	await first.stop();
	const second = await startService({ config, stateDir: first.stateDir });
	last = second;
	assert.equal(await statusOf(second.url, kept), 200);
	assert.equal(await statusOf(second.url, ended), 401);
});

test("a wrong password gets neither cookie nor challenge, and one line in the log", async () => {
	const answer = await logIn("a wrong one");
	assert.equal(answer.status, 403);
	assert.equal(answer.headers.get("set-cookie"), null);
	assert.equal(answer.headers.get("www-authenticate"), null);
	const line =
		/warn HTTP login refused client=127\.0\.0\.1 reason="wrong password"\n/;
	// Told before the answer, but by another way.
	await until(() => line.test(service.stderr()), "the log says so");
});

test("ONVIF operations are not opened by a session", async () => {
	const cookie = cookieOf(await logIn(administrator.password));
	const answer = await fetch(`${service.url}/onvif/device_service`, {
		method: "POST",
		headers: { cookie, "content-type": "application/soap+xml" },
		body: '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><GetUsers xmlns="http://www.onvif.org/ver10/device/wsdl"/></Body></Envelope>',
	});
	assert.equal(answer.status, 401);
	assert.match(await answer.text(), /NotAuthorized/);
});

/** The status with which a WebSocket's handshake is refused, or the reason with which it closes. */
async function liveView(
	headers: Record<string, string>,
	opened: () => Promise<void>,
): Promise<number | string> {
	const address = `ws://127.0.0.1:${service.http}/live/main`;
	const socket = new WebSocket(address, { headers });
	return new Promise((resolve, reject) => {
		socket.on("unexpected-response", (request, { statusCode }) => {
			request.destroy();
			resolve(statusCode ?? 0);
		});
		socket.on("error", reject);
		socket.once("message", () => void opened());
		socket.once("close", (_code, reason) => resolve(String(reason)));
	});
}

test("a live view wants the session and its own page, and ends with the session", async () => {
	const cookie = cookieOf(await logIn(administrator.password));
	const origin = service.url;
	const refused = () => Promise.reject(new Error("it opened"));
	assert.equal(await liveView({}, refused), 401);
	assert.equal(await liveView({ origin }, refused), 401);
	assert.equal(await liveView({ cookie }, refused), 403);
	const other = "http://127.0.0.1:9";
	assert.equal(await liveView({ cookie, origin: other }, refused), 403);
	const logOut = async () => {
		const headers = { cookie, origin };
		await fetch(`${service.url}/session`, { method: "DELETE", headers });
	};
	const ended = await liveView({ cookie, origin }, logOut);
	assert.notEqual(ended, "");
	assert.equal(await liveView({ cookie, origin }, refused), 401);
});

test("over TLS the cookie is for TLS alone", async () => {
	const port = /https:\/\/127\.0\.0\.1:(\d+)\//.exec(service.stdout())?.[1];
	const header = authorization(
		await challenge(),
		administrator,
		"POST",
		"/session",
	);
	const address = `https://127.0.0.1:${port}/session`;
	const login = ["-H", `authorization: ${header}`];
	const { stdout } = await run("curl", [
		...["-sik", "-X", "POST", ...login, address],
	]);
	assert.match(
		String(stdout),
		/\r\nset-cookie: __Host-onvifd-[^\r]*; Path=\/; [^\r]*; Secure\r\n/i,
	);
});

test("a session outlives a restart of the service", async () => {
	const cookie = cookieOf(await logIn(administrator.password));
	await service.stop();
	service = await startService({
		stateDir: service.stateDir,
		config,
	});
	assert.equal((await snapshot({ cookie })).status, 200);
});
