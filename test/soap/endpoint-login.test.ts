import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { run } from "../helpers/run.ts";
import { Messages } from "../helpers/validate.ts";
import { envelope, post, security } from "./client.ts";
import { serviceUnderTest } from "./service-under-test.ts";

const messages = new Messages();
const TDS = "http://www.onvif.org/ver10/device/wsdl";
const getDns = `<GetDNS xmlns="${TDS}"/>`;
const getTime = `<GetSystemDateAndTime xmlns="${TDS}"/>`;

test("anonymous requests get both challenges and a fault; PRE_AUTH ones an answer", async (t) => {
	const { url, log } = await serviceUnderTest(t);
	const answer = await post(`${url}/onvif/x`, envelope(getDns, ""));
	assert.equal(answer.status, 401);
	const challenges = answer.headers.get("www-authenticate") ?? "";
	assert.match(challenges, /^Digest .*MD5.*, Digest .*SHA-256/);
	assert.match(
		messages.add(answer.text),
		/<env:Value>env:Sender<\/env:Value><env:Subcode><env:Value>ter:NotAuthorized<.*Sender not Authorized/,
	);
	assert.equal(log.length, 1);
	const stale = envelope(getTime, security("admin", "wrong"));
	const time = await post(`${url}/onvif/x`, stale);
	assert.equal(time.status, 200);
	messages.add(time.text);
});

test("a message kept back until there is a challenge, which is libcurl's way, gets one", async (t) => {
	const { url, log } = await serviceUnderTest(t);
	const type = { "content-type": "application/soap+xml; charset=utf-8" };
	for (const headers of [type, {}]) {
		const answer = await post(
			`${url}/onvif/device_service`,
			new Uint8Array(),
			headers,
		);
		assert.equal(answer.status, 401);
		assert.match(
			answer.headers.get("www-authenticate") ?? "",
			/^Digest .*MD5.*, Digest .*SHA-256/,
		);
		assert.match(messages.add(answer.text), /ter:NotAuthorized</);
	}
	assert.deepEqual(
		log.map(({ level }) => level),
		["info", "info"],
	);
	const claimed = await post(`${url}/onvif/device_service`, "", {
		...type,
		authorization: "Digest",
	});
	assert.equal(claimed.status, 400);
	assert.match(messages.add(claimed.text), /ter:WellFormed</);
});

test("curl --digest is answered", async (t) => {
	const { url } = await serviceUnderTest(t);
	const { stdout, stderr } = await run("curl", [
		"-sS",
		"--digest",
		"-u",
		"admin:s3cret & <more>",
		"-H",
		"Content-Type: application/soap+xml",
		"--data-binary",
		envelope(getDns, ""),
		`${url}/onvif/device_service`,
	]);
	assert.match(messages.add(stdout.toString()), /GetDNSResponse/, stderr);
});

test("wrong credentials get 401, and the log says why, once, without the password", async (t) => {
	const { url, log } = await serviceUnderTest(t);
	const wrong = envelope(getDns, security("admin", "wr0ng"));
	const answer = await post(`${url}/onvif/x`, wrong);
	assert.equal(answer.status, 401);
	assert.equal(log.length, 1);
	assert.equal(log[0]?.level, "warn");
	assert.equal(log[0]?.fields.client, "127.0.0.1");
	assert.equal(log[0]?.fields.operation, "GetDNS");
	assert.doesNotMatch(JSON.stringify(log), /wr0ng|s3cret/);
});

/** Answers the MD5 challenge of a 401 (RFC 7616, 3.4). */
function digestFor(challenge: string, uri: string, password: string): string {
	const md5 = (text: string) => createHash("md5").update(text).digest("hex");
	const part = (name: string) =>
		new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? "";
	const [realm, nonce] = [part("realm"), part("nonce")];
	const ha1 = md5(`admin:${realm}:${password}`);
	const response = md5(`${ha1}:${nonce}:00000001:c:auth:${md5(`POST:${uri}`)}`);
	return `Digest username="admin", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c", response="${response}"`;
}

test("HTTP Digest proves who asks; with both kinds of credentials both must hold", async (t) => {
	const { url } = await serviceUnderTest(t);
	const path = "/onvif/device_service?x=1";
	const ask = async (header: string, password: string) => {
		const first = await post(url + path, envelope(getDns, ""));
		const challenge = first.headers.get("www-authenticate") ?? "";
		return post(url + path, envelope(getDns, header), {
			"content-type": "application/soap+xml",
			authorization: digestFor(challenge, path, password),
		});
	};
	const right = "s3cret & <more>";
	assert.equal((await ask("", right)).status, 200);
	assert.equal((await ask("", "wrong")).status, 401);
	assert.equal((await ask(security(), right)).status, 200);
	assert.equal((await ask(security("admin", "wrong"), right)).status, 401);
	assert.equal((await ask(security(), "wrong")).status, 401);
});

test("a level that does not suffice gets NotAuthorized without a challenge", async (t) => {
	const { url, state } = await serviceUnderTest(t);
	const body = `<SetDNS xmlns="${TDS}"><FromDHCP>true</FromDHCP></SetDNS>`;
	state.dns = ["192.0.2.9"];
	const guest = security("guest", "guest");
	const answer = await post(`${url}/onvif/x`, envelope(body, guest));
	assert.equal(answer.status, 400);
	assert.equal(answer.headers.get("www-authenticate"), null);
	assert.match(messages.add(answer.text), /ter:NotAuthorized/);
	assert.deepEqual(state.dns, ["192.0.2.9"]);
});

test("two tokens, or one without Username, prove nothing", async (t) => {
	const { url } = await serviceUnderTest(t);
	const twice = security().replace(
		/<UsernameToken>.*<\/UsernameToken>/,
		(token) => token + token,
	);
	const nameless = security().replace(/<Username>.*<\/Username>/, "");
	for (const header of [twice, nameless, security() + security()]) {
		const answer = await post(`${url}/onvif/x`, envelope(getDns, header));
		assert.equal(answer.status, 401);
	}
});

test("every answer above is as the schemas have it", (t) =>
	messages.validate(t));
