import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	DeviceUnderTest,
	security,
	tds,
} from "../conformance/device-under-test.ts";
import { until } from "../helpers/media.ts";
import { Messages } from "../helpers/validate.ts";

const messages = new Messages();
const hours = 3_600_000;

describe("a client whose clock differs", () => {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages);
	});
	after(() => device.service.remove());

	const lines = (part: string) =>
		device.service
			.stderr()
			.split("\n")
			.filter((line) => line.includes(part));

	for (const [aheadMs, reason] of [
		// What a message takes on its way is off the difference: hours are told from two on.
		[3 * hours, "3 h in the future"],
		[-26 * hours, "26 h in the past"],
	] as const)
		test(`${reason}: refused, and the log says why, once`, async () => {
			const begin = performance.now();
			for (let time = 0; time < 3; time++) {
				const answer = await device.ask(tds("GetUsers"), [
					security({ aheadMs }),
				]);
				assert.equal(answer.status, 401);
				assert.match(answer.text, /:NotAuthorized</);
				assert.ok(!answer.text.includes(reason));
			}
			// A line that repeats itself comes once a minute.
			const most = Math.ceil((performance.now() - begin) / 60_000);
			const told = () =>
				lines(`reason="WS-Security Created is ${reason}: the clocks differ"`);
			await until(() => told().length > 0, `the log says ${reason}`);
			assert.ok(told().length <= most, device.service.stderr());
			assert.match(told()[0] ?? "", / warn .*client=127\.0\.0\.1 /);
		});

	test("the time is told to it, and with that it is let in", async () => {
		const aheadMs = 2 * hours;
		const time = await device.ask(tds("GetSystemDateAndTime"), [
			security({ aheadMs }),
		]);
		assert.equal(time.status, 200);
		const corrected = await device.ask(tds("GetUsers"));
		assert.equal(corrected.status, 200);
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
