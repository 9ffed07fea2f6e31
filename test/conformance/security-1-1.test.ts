import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { administrator } from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, security, tds } from "./device-under-test.ts";
import { list, text } from "./tree.ts";

const messages = new Messages();
const getUsers = tds("GetUsers");

describe("logging in to the running service", () => {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages);
	});
	after(() => device.service.remove());

	test("SECURITY-1-1-1: tokens that lack something are refused, a right one is not", async () => {
		for (const flaw of [
			{ without: "Nonce" },
			{ without: "Created" },
			{ text: true },
		] as const) {
			const refused = await device.ask(getUsers, [security(flaw)]);
			assert.ok([400, 401].includes(refused.status), refused.text);
			assert.match(refused.text, /:NotAuthorized</);
		}
		const accepted = await device.ask(getUsers);
		assert.equal(accepted.status, 200, accepted.text);
		const [user] = list(accepted.body, "User");
		assert.equal(text(user, "Username"), administrator.name);
	});

	for (const algorithm of ["MD5", "SHA-256"] as const)
		test(`SECURITY-1-1-2: HTTP Digest, ${algorithm}`, async () => {
			const { first, second } = await device.askByDigest(getUsers, {
				...administrator,
				algorithm,
			});
			assert.equal(first.status, 401);
			assert.match(
				first.challenges,
				/^Digest (?=.*realm="[^"]+")(?=.*nonce="[^"]+").*qop="auth"/,
			);
			assert.match(first.text, /:NotAuthorized</);
			assert.equal(second.status, 200, second.text);
			const wrong = await device.askByDigest(getUsers, {
				...administrator,
				password: "swordfish9",
				algorithm,
			});
			assert.equal(wrong.second.status, 401);
		});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
