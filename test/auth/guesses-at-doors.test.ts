import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { ask, doors } from "./guess-doors.ts";

const { password } = administrator;
const profile = { token: "jpeg", encoding: "JPEG", width: 64, height: 48 };

let service: RunningService;
before(async () => {
	service = await startService({ config: { profiles: [profile] } });
});
after(() => service.remove());

let addresses = 1;
/** One of the loopback that nobody has had. */
const address = () => `127.0.1.${addresses++}`;

// Waiting is most of it.
describe("guesses", { concurrency: true }, () => {
	for (const [name, door] of Object.entries(doors)) {
		const wrong = { password: "wrong", agent: "guesser" };

		test(`${name}: who guesses is held up, who has the right password gets in`, async (t) => {
			const from = address();
			const recorder = { password, from, agent: "recorder" };
			assert.equal(await door(t, service, recorder), "in");
			const fates = await Promise.all(
				Array.from({ length: 40 }, () => door(t, service, { ...wrong, from })),
			);
			const count = (fate: string) =>
				fates.filter((one) => one === fate).length;
			assert.equal(count("in"), 0);
			assert.ok(count("wrong") >= 10, String(fates));
			assert.ok(count("held") > 0, String(fates));
			// At the first try: it has logged in before.
			assert.equal(await door(t, service, recorder), "in");
			assert.equal(
				await door(t, service, { ...recorder, from: address() }),
				"in",
			);
			// One whom nobody knows waits like who guesses, and gets in.
			let stranger = await door(t, service, { ...wrong, password, from });
			while (stranger === "held")
				stranger = await door(t, service, { ...wrong, password, from });
			assert.equal(stranger, "in");
		});
	}

	test("guesses at one door count at all others", async (t) => {
		const from = address();
		const wrong = { password: "wrong", agent: "guesser", from };
		const guess = doors["SOAP, WS-UsernameToken"];
		const held = await Promise.all(
			Array.from({ length: 40 }, () => guess(t, service, wrong)),
		);
		assert.ok(held.includes("held"));
		// Ten at once are not to be had anywhere.
		await Promise.all(
			Object.values(doors).map(async (door) => {
				const fates = await Promise.all(
					Array.from({ length: 8 }, () => door(t, service, wrong)),
				);
				assert.ok(fates.includes("held"), String(fates));
			}),
		);
	});

	test("whoever guesses too often still gets what needs no login", async (t) => {
		const from = address();
		const wrong = { password: "wrong", agent: "guesser", from };
		const guess = doors["SOAP, WS-UsernameToken"];
		await Promise.all(
			Array.from({ length: 40 }, () => guess(t, service, wrong)),
		);
		const time =
			'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>';
		const { status } = await ask(`${service.url}/onvif/device_service`, wrong, {
			method: "POST",
			headers: { "content-type": "application/soap+xml" },
			body: time,
		});
		assert.equal(status, 200);
	});
});
