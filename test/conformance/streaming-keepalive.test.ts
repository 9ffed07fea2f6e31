import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { Messages } from "../helpers/validate.ts";
import { header } from "../rtsp/rtsp-client.ts";
import { StreamingDevice } from "./streaming-device.ts";
import { Watching } from "./watching.ts";

const messages = new Messages();
/** The shortest that the service takes, seconds. */
const sessionTimeout = 10;
/** So often that a machine which stands still for seconds does not end it. */
const everyMs = 1000;

describe("keeping a session alive", { concurrency: true }, () => {
	let device: StreamingDevice;
	before(async () => {
		device = await StreamingDevice.start(messages);
		await device.ready("JPEG", { sessionTimeout });
	});
	after(() => device.remove());

	for (const [id, method] of [
		["RTSS-1-1-32", "SET_PARAMETER"],
		["RTSS-1-1-33", "OPTIONS"],
	] as const)
		test(`${id}: ${method} keeps a session longer than its timeout`, async (t) => {
			const uri = await device.streamUri("main", "UDP");
			const watching = await Watching.start(t, uri, "UDP");
			const session = header(watching.setup, "session");
			assert.match(session, new RegExp(`;timeout=${sessionTimeout}$`));
			const end = performance.now() + (sessionTimeout + 2) * 1000;
			while (performance.now() < end) {
				await new Promise((resolve) => setTimeout(resolve, everyMs));
				const kept = await watching.client.request(method, uri, {
					Session: watching.session,
				});
				assert.equal(kept.status, 200, kept.text);
			}
			const known = watching.rtp.length;
			await until(() => watching.rtp.length > known, "the stream goes on");
			await watching.teardown();
		});
});
