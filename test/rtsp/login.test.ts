import assert from "node:assert/strict";
import test from "node:test";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { RtspClient } from "./rtsp-client.ts";
import { startServer, until } from "./start-server.ts";

test("without login only OPTIONS is answered, and nothing tells which profiles exist", async (t) => {
	const stream = new FakeStream();
	const { port, url, logged } = await startServer(t, {
		streams: { main: stream },
	});
	const client = await RtspClient.connect(t, port);
	client.login = undefined;
	assert.equal((await client.request("OPTIONS", url)).status, 200);
	const methods = ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "GET_PARAMETER"];
	for (const method of methods)
		for (const uri of [url, url.replace("main", "nobody")]) {
			const response = await client.request(method, uri);
			assert.equal(response.status, 401);
			const challenges = response.headers.get("www-authenticate") ?? [];
			assert.ok(challenges.length > 0);
			for (const challenge of challenges) assert.match(challenge, /^Digest /);
		}
	// Every client asks first without: nothing to write home about.
	assert.deepEqual(logged, []);
});

test("wrong passwords are logged without them, and in the end close the connection", async (t) => {
	const { port, url, logged } = await startServer(t, {
		streams: { main: new FakeStream() },
		limits: { refusals: 9 },
	});
	const client = await RtspClient.connect(t, port);
	client.login = { user: "admin", password: "my wrong secret" };
	// Each time it tries, is refused and tries the new nonce; only at first it has none.
	for (let i = 0; i < 5; i++)
		assert.equal((await client.request("DESCRIBE", url)).status, 401);
	await until("the connection's end", () => client.closed);
	assert.equal(logged.length, 5);
	assert.equal(logged[0]?.fields?.reason, "wrong password");
	assert.match(String(logged[0]?.fields?.client), /^127\.0\.0\.1:\d+$/);
	assert.doesNotMatch(JSON.stringify(logged), /my wrong secret/);
});

test("a password in a URL is ignored, and kept out of answers and log", async (t) => {
	const stream = new FakeStream();
	stream.backlog = [makeFrame({ key: true })];
	const { port, url, logged } = await startServer(t, {
		streams: { main: stream },
	});
	const client = await RtspClient.connect(t, port);
	const withPassword = url.replace("//", "//admin:hush@");
	assert.equal((await client.request("DESCRIBE", withPassword)).status, 200);
	await client.play(withPassword);
	await client.request("DESCRIBE", `${withPassword}/a/b`);
	const all = client.responses.map(({ text, body }) => text + body).join("");
	assert.doesNotMatch(all, /hush/);
	assert.doesNotMatch(JSON.stringify(logged), /hush/);
	assert.ok(logged.some(({ fields }) => fields?.status === 400));
});
