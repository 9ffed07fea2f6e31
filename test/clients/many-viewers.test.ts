import assert from "node:assert/strict";
import { test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { CountingViewer } from "../helpers/counting-viewer.ts";
import { until } from "../helpers/media.ts";
import { RtspViewer } from "../helpers/rtsp-viewer.ts";
import { startService } from "../helpers/service.ts";

const each = 50;
const frames = 45;

test("fifty RTSP viewers over TCP and fifty over UDP: one encoder, no packet lost", async (t) => {
	const service = await startService();
	t.after(() => service.remove());
	const viewers: Pick<CountingViewer, "frames" | "lost" | "close">[] = [];
	t.after(() => {
		for (const viewer of viewers) viewer.close();
	});
	for (let i = 0; i < each; i++)
		viewers.push(
			// Of one address it takes fewer.
			await RtspViewer.play(`${service.rtspUrl}/sub`, "127.0.0.2"),
			await CountingViewer.play(service, "sub", "udp"),
		);
	await until(() => viewers.every((one) => one.frames > 0), "all watch");
	assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
	const from = viewers.map((one) => one.frames);
	await until(
		() => viewers.every((one, i) => one.frames >= (from[i] ?? 0) + frames),
		"all have so many frames",
	);
	assert.deepEqual(
		viewers.map((one) => one.lost),
		viewers.map(() => 0),
	);
	assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
	assert.equal(gstreamerChildren(service.pid).captures.length, 1);
});
