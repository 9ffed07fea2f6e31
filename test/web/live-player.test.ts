import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../helpers/media.ts";
import { startService } from "../helpers/service.ts";
import { openPage } from "../outputs/chromium.ts";
import { sessionOf } from "../outputs/sound-player.ts";

/** A busy browser, which says that a fragment was added when the next one is being added; and pictures of long ago. */
const busy = `
	const due = [];
	const { addEventListener } = EventTarget.prototype;
	const { appendBuffer } = SourceBuffer.prototype;
	window.appended = 0;
	SourceBuffer.prototype.addEventListener = function (type, listener) {
		addEventListener.call(this, type, () => due.push(listener));
	};
	SourceBuffer.prototype.appendBuffer = function (data) {
		appendBuffer.call(this, data);
		window.appended++;
		for (const listener of due.splice(0)) queueMicrotask(listener);
	};
	Object.defineProperty(HTMLMediaElement.prototype, "buffered", {
		get: () => ({ length: 1, start: () => 0, end: () => 3600 }),
	});
`;

test("old pictures are forgotten when nothing is being added to them", async (t) => {
	const service = await startService({
		config: {
			profiles: [{ token: "main", encoding: "H264", width: 320, height: 240 }],
		},
	});
	t.after(() => service.remove());
	const page = await openPage(t, `${service.url}/nothing-here`);
	const errors: string[] = [];
	page.on("pageerror", (error) => errors.push(String(error)));
	await page.context().addCookies([await sessionOf(service)]);
	await page.addInitScript(busy);
	await page.goto(`${service.url}/`);
	const appended = () => page.evaluate<number>("window.appended");
	await until(async () => (await appended()) > 20, "fragments are added");
	assert.deepEqual(errors, []);
});
