import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { test } from "node:test";
import { createDigestAuth } from "../../src/auth/digest.ts";
import { createGuesses } from "../../src/auth/guesses.ts";
import {
	createHttpAccess,
	type HttpCredentials,
} from "../../src/auth/http-access.ts";
import { createSessions } from "../../src/auth/sessions.ts";
import type { User } from "../../src/auth/types.ts";
import { authorization } from "../helpers/digest.ts";
import { countingRandom, endedInMemory, fakeClock } from "./fakes.ts";

const admin: User = {
	name: "admin",
	password: "correct horse 7",
	level: "Administrator",
};

function setUp() {
	const byName = new Map([[admin.name, admin]]);
	const users = { find: (name: string) => byName.get(name) };
	const clock = fakeClock();
	const waits: number[] = [];
	const sleep = (milliseconds: number) => {
		waits.push(milliseconds);
		return new Promise<never>(() => {});
	};
	const access = createHttpAccess({
		digest: createDigestAuth({
			realm: "onvifd",
			users,
			clock,
			algorithms: ["MD5"],
		}),
		sessions: createSessions({
			users,
			clock,
			key: Buffer.alloc(32, 7),
			random: countingRandom(),
			ended: endedInMemory(),
		}),
		guesses: createGuesses(clock, { sleep }),
		users,
	});
	const request = (
		headers: IncomingHttpHeaders,
		other: Partial<HttpCredentials> = {},
	): HttpCredentials => ({
		method: "GET",
		url: "/snapshot/main",
		headers: { host: "camera:8080", ...headers },
		client: "192.0.2.1",
		connection: undefined,
		secure: false,
		...other,
	});
	const digest = (
		password = admin.password,
		method = "GET",
		uri = "/snapshot/main",
	) =>
		authorization(
			access.challenge(),
			{ name: "admin", password },
			method,
			uri,
		) ?? "";
	const logIn = async (secure = false) => {
		const answer = await access.logIn(
			request(
				{ authorization: digest(admin.password, "POST", "/session") },
				{ method: "POST", url: "/session", secure },
			),
		);
		assert.ok("cookie" in answer);
		return { header: answer.cookie, cookie: answer.cookie.split(";")[0] ?? "" };
	};
	/** The user's name, or the status of the refusal. */
	const who = async (
		headers: IncomingHttpHeaders,
		other?: Partial<HttpCredentials>,
	) => {
		const visitor = await access.whoIs(request(headers, other));
		return "admission" in visitor
			? visitor.admission.identity.name
			: visitor.status;
	};
	return { access, byName, clock, request, digest, logIn, who, waits };
}

test("nobody is challenged by Digest, with one algorithm", async () => {
	const { access, request } = setUp();
	const visitor = await access.whoIs(request({}));
	assert.ok("status" in visitor);
	assert.equal(visitor.status, 401);
	assert.match(
		String(visitor.headers["www-authenticate"]),
		/^Digest realm="onvifd", [^D]*algorithm=MD5$/,
	);
	assert.equal(visitor.reason, undefined);
});

test("VLC, which answers Digest's challenge with Basic without end, is refused without one", async () => {
	const { access, request } = setUp();
	const encoded = Buffer.from(`admin:${admin.password}`).toString("base64");
	const ask = (agent: string) =>
		access.whoIs(
			request({ authorization: `Basic ${encoded}`, "user-agent": agent }),
		);
	const vlc = await ask("VLC/3.0.24 LibVLC/3.0.24");
	assert.ok("status" in vlc);
	assert.deepEqual(
		[vlc.status, vlc.headers, vlc.reason],
		[403, {}, "Authorization: only Digest is offered"],
	);
	const other = await ask("Wget/1.21.3");
	assert.ok("status" in other);
	assert.equal(other.status, 401);
	assert.match(String(other.headers["www-authenticate"]), /^Digest /);
});

test("a tool is who its digest says, and a wrong one is told why in the log alone", async () => {
	const { access, request, digest, who } = setUp();
	assert.equal(await who({ authorization: digest() }), "admin");
	const visitor = await access.whoIs(
		request({ authorization: digest("wrong") }),
	);
	assert.ok("status" in visitor);
	assert.equal(visitor.reason, "wrong password");
	assert.doesNotMatch(visitor.text, /wrong/);
});

test("a browser gets a session for a digest, and is its user from then on", async () => {
	const { logIn, who } = setUp();
	const { header, cookie } = await logIn();
	assert.match(
		header,
		/^onvifd-[0-9a-f]{8}=[\w.-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
	);
	assert.equal(await who({ cookie }), "admin");
	assert.equal(await who({ cookie: `a=b; ${cookie}; c=d` }), "admin");
});

test("over TLS the cookie is for TLS alone", async () => {
	const { logIn, who } = setUp();
	const { header, cookie } = await logIn(true);
	assert.match(header, /^__Host-onvifd-.*; HttpOnly; SameSite=Strict; Secure$/);
	assert.equal(await who({ cookie }, { secure: true }), "admin");
	assert.equal(await who({ cookie }), 401);
});

test("a login that fails brings up no dialog of the browser", async () => {
	const { access, request, digest } = setUp();
	for (const authorization of [
		digest("wrong", "POST", "/session"),
		"Basic YTpi",
		undefined,
	]) {
		const answer = await access.logIn(
			request({ authorization }, { method: "POST", url: "/session" }),
		);
		assert.ok("status" in answer);
		assert.equal(answer.status, 403);
		assert.equal(answer.headers["www-authenticate"], undefined);
	}
});

test("a session that is over is taken from the browser, without its dialog", async () => {
	const { access, request, logIn, byName } = setUp();
	const { cookie } = await logIn();
	byName.delete("admin");
	const visitor = await access.whoIs(request({ cookie }));
	assert.ok("status" in visitor);
	assert.equal(visitor.status, 401);
	assert.equal(visitor.headers["www-authenticate"], undefined);
	assert.match(
		String(visitor.headers["set-cookie"]),
		/^onvifd-\w+=; Path=\/; Max-Age=0;/,
	);
});

test("what the page's script asks for brings up no dialog of the browser", async () => {
	const { access, request } = setUp();
	const visitor = await access.whoIs(request({ "x-requested-with": "onvifd" }));
	assert.ok("status" in visitor);
	assert.equal(visitor.status, 401);
	assert.deepEqual(visitor.headers, {});
});

test("logging out ends the session for who copied its cookie too", async () => {
	const { access, request, logIn, who } = setUp();
	const { cookie } = await logIn();
	assert.match(await access.logOut(request({ cookie })), /Max-Age=0/);
	assert.equal(await who({ cookie }), 401);
});

test("what goes on for long learns that its user is gone or has another password", async () => {
	for (const by of ["digest", "session"] as const) {
		const { access, request, digest, logIn, byName } = setUp();
		const headers =
			by === "digest"
				? { authorization: digest() }
				: { cookie: (await logIn()).cookie };
		const visitor = await access.whoIs(request(headers));
		assert.ok("admission" in visitor);
		assert.equal(visitor.admission.holds(), true);
		byName.set("admin", { ...admin, password: "another one" });
		assert.equal(visitor.admission.holds(), false, by);
		byName.delete("admin");
		assert.equal(visitor.admission.holds(), false, by);
	}
});

test("pages of other addresses cannot use the session", async () => {
	const { logIn, who } = setUp();
	const { cookie } = await logIn();
	const upgrade = "websocket";
	assert.equal(await who({ cookie, origin: "http://camera:8080" }), "admin");
	assert.equal(
		await who({ cookie, upgrade, origin: "http://camera:8080" }),
		"admin",
	);
	// Behind a proxy that ends TLS.
	assert.equal(
		await who({
			cookie,
			upgrade,
			origin: "https://camera",
			host: "camera:443",
		}),
		"admin",
	);
	for (const headers of [
		{ origin: "http://evil.example" },
		{ origin: "http://camera:9090", upgrade },
		{ origin: "null", upgrade },
		{ origin: "not an address", upgrade },
		{ upgrade },
		{ "sec-fetch-site": "cross-site" },
	])
		assert.equal(
			await who({ cookie, ...headers }),
			403,
			JSON.stringify(headers),
		);
});

test("guessing is slowed, for who guesses and as whom", async () => {
	const { clock, digest, who, waits } = setUp();
	for (let i = 0; i < 10; i++)
		assert.equal(await who({ authorization: digest("wrong") }), 401);
	for (let i = 0; i < 3; i++) void who({ authorization: digest("wrong") });
	assert.deepEqual(waits, [2000, 4000, 6000]);
	assert.equal(await who({ authorization: digest() }), 429);
	assert.equal(
		await who({ authorization: digest() }, { client: "192.0.2.2" }),
		"admin",
	);
	clock.advance(8000);
	assert.equal(await who({ authorization: digest() }), "admin");
});

test("a nonce that has expired is no guess", async () => {
	const { access, clock, digest, request, who } = setUp();
	for (let i = 0; i < 12; i++) {
		const authorization = digest();
		clock.advance(400_000);
		const visitor = await access.whoIs(request({ authorization }));
		assert.ok("status" in visitor);
		assert.match(String(visitor.headers["www-authenticate"]), /stale=true/);
	}
	assert.equal(await who({ authorization: digest() }), "admin");
});
