import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { type TestContext, test } from "node:test";
import { execa } from "execa";
import { WSSecurity } from "soap";
import { createDigestAuth, type DigestOptions } from "../../src/auth/digest.ts";
import type { AuthResult } from "../../src/auth/types.ts";
import { createUsernameTokenAuth } from "../../src/auth/username-token.ts";
import { systemClock } from "../../src/system/clock.ts";
import { patienceMs } from "../helpers/patience.ts";
import { lookup } from "./fakes.ts";

const timed = { reject: false, timeout: patienceMs } as const;
const password = 'p:ss w"rd, 100%';
const users = lookup(
	{ name: "jörg", password, level: "User" },
	{ name: "admin", password: "userpassword", level: "Administrator" },
);
const digest = (options: Partial<DigestOptions> = {}) =>
	createDigestAuth({ realm: "onvifd", users, clock: systemClock, ...options });

function spoken(result: AuthResult): string {
	return result.kind === "refused"
		? `refused: ${result.reason}`
		: result.kind === "authenticated"
			? result.identity.name
			: "anonymous";
}

/** An HTTP server that lets nobody in without Digest, and what came of each request. */
async function serveHttp(t: TestContext, options?: Partial<DigestOptions>) {
	const auth = digest(options);
	const seen: string[] = [];
	const server = createServer((request, response) => {
		const { method = "", url = "", headers } = request;
		const result = auth.verify(headers.authorization, method, url);
		seen.push(spoken(result));
		request.resume();
		if (result.kind === "authenticated") return response.end("in\n");
		const stale = result.kind === "refused" && result.stale;
		response.statusCode = 401;
		response.setHeader("WWW-Authenticate", auth.challenges(stale));
		response.end();
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const address = server.address();
	assert.ok(typeof address === "object" && address);
	return { port: address.port, seen };
}

/** An RTSP server whose stream is not there (404) for those that log in, and who did, by method. */
async function serveRtsp(t: TestContext, options?: Partial<DigestOptions>) {
	const auth = digest({ protocol: "rtsp", ...options });
	const seen: string[] = [];
	const server = createTcpServer((socket) => {
		let text = "";
		socket.on("error", () => socket.destroy());
		socket.on("data", (chunk) => {
			text += chunk.toString("latin1");
			for (
				let end = text.indexOf("\r\n\r\n");
				end >= 0;
				end = text.indexOf("\r\n\r\n")
			) {
				const request = text.slice(0, end);
				text = text.slice(end + 4);
				socket.write(answer(request));
			}
		});
	});
	function answer(request: string): string {
		const [, method = "", uri = ""] = /^(\S+) (\S+) RTSP/.exec(request) ?? [];
		const header = /^authorization: *(.*)$/im.exec(request)?.[1];
		const cseq = /^cseq: *(\d+)/im.exec(request)?.[1];
		const result = auth.verify(header, method, uri);
		seen.push(`${method} ${spoken(result)}`);
		const challenges = auth
			.challenges()
			.map((value) => `WWW-Authenticate: ${value}\r\n`)
			.join("");
		if (result.kind !== "authenticated")
			return `RTSP/1.0 401 Unauthorized\r\nCSeq: ${cseq}\r\n${challenges}\r\n`;
		const status = method === "OPTIONS" ? "200 OK" : "404 Not Found";
		return `RTSP/1.0 ${status}\r\nCSeq: ${cseq}\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n`;
	}
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => server.close());
	const address = server.address();
	assert.ok(typeof address === "object" && address);
	return { port: address.port, seen };
}

for (const algorithms of [["MD5", "SHA-256"], ["MD5"], ["SHA-256"]] as const)
	test(`curl logs in when ${algorithms.join(" and ")} are offered`, async (t) => {
		const { port, seen } = await serveHttp(t, { algorithms });
		const url = `http://127.0.0.1:${port}/snapshot?token=main`;
		const args = ["-s", "--digest", "-u", `jörg:${password}`, url];
		assert.equal((await execa("curl", args)).stdout, "in");
		assert.deepEqual(seen, ["anonymous", "jörg"]);
	});

test("curl with a wrong password stays out", async (t) => {
	const { port, seen } = await serveHttp(t);
	const args = ["-s", "--digest", "-u", "admin:x", `http://127.0.0.1:${port}/`];
	assert.equal((await execa("curl", args)).stdout, "");
	assert.deepEqual(seen, ["anonymous", "refused: wrong password"]);
});

test("FFmpeg logs in over RTSP", async (t) => {
	const { port, seen } = await serveRtsp(t);
	const url = `rtsp://admin:userpassword@127.0.0.1:${port}/main`;
	const { stderr } = await execa("ffprobe", [url], timed);
	assert.match(stderr, /404/);
	assert.ok(seen.includes("DESCRIBE admin"), seen.join());
});

test("GStreamer logs in over RTSP", async (t) => {
	const { port, seen } = await serveRtsp(t);
	const source = [
		`location=rtsp://admin:userpassword@127.0.0.1:${port}/main`,
		"protocols=tcp",
	];
	await execa("gst-launch-1.0", ["rtspsrc", ...source, "!", "fakesink"], timed);
	assert.ok(seen.includes("DESCRIBE admin"), seen.join());
});

test("FFmpeg and GStreamer log in over HTTP where MD5 alone is offered", async (t) => {
	const { port, seen } = await serveHttp(t, { algorithms: ["MD5"] });
	const at = `127.0.0.1:${port}/live.mjpeg`;
	await execa("ffprobe", [`http://admin:userpassword@${at}`], timed);
	const soup = [
		"user-id=admin",
		"user-pw=userpassword",
		`location=http://${at}`,
	];
	await execa(
		"gst-launch-1.0",
		["souphttpsrc", ...soup, "!", "fakesink"],
		timed,
	);
	assert.deepEqual(seen, ["anonymous", "admin", "anonymous", "admin"]);
});

test("the token of npm soap logs in once", () => {
	const security = new WSSecurity("jörg", 'p&ss w"rd', {
		passwordType: "PasswordDigest",
		hasNonce: true,
	});
	const xml = security.toXML().split("UsernameToken ")[1] ?? "";
	const inside = (name: string) =>
		new RegExp(`:${name}(?: [^>]*)?>([^<]*)<`).exec(xml)?.[1];
	const token = {
		username: inside("Username") ?? "",
		password: inside("Password"),
		passwordType: / Type="([^"]*)"/.exec(xml)?.[1],
		nonce: inside("Nonce"),
		created: inside("Created"),
	};
	const auth = createUsernameTokenAuth({
		users: lookup({ name: "jörg", password: 'p&ss w"rd', level: "User" }),
		clock: systemClock,
	});
	assert.deepEqual([auth.verify(token), auth.verify(token)].map(spoken), [
		"jörg",
		"refused: WS-Security token was used before: a replay",
	]);
});
