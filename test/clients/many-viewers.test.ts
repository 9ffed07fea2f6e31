import assert from "node:assert/strict";
import { test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { CountingViewer } from "../helpers/counting-viewer.ts";
import { lostDatagrams } from "../helpers/lost-datagrams.ts";
import { until } from "../helpers/media.ts";
import { RtspViewer } from "../helpers/rtsp-viewer.ts";
import { startService } from "../helpers/service.ts";

const each = 50;
const frames = 45;

test("fifty RTSP viewers over TCP and fifty over UDP: one encoder, no packet lost", async (t) => {
	const service = await startService();
	t.after(() => service.remove());
	const lostBefore = lostDatagrams();
	const byTcp: RtspViewer[] = [];
	const byUdp: CountingViewer[] = [];
	const viewers: (RtspViewer | CountingViewer)[] = [];
	t.after(() => {
		for (const viewer of viewers) viewer.close();
	});
	for (let i = 0; i < each; i++) {
		// Of one address it takes fewer.
		const tcp = await RtspViewer.play(`${service.rtspUrl}/sub`, "127.0.0.2");
		viewers.push(tcp);
		byTcp.push(tcp);
		const udp = await CountingViewer.play(service, "sub", "udp");
		viewers.push(udp);
		byUdp.push(udp);
	}
	await until(() => viewers.every((one) => one.frames > 0), "all watch");
	assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
	const from = viewers.map((one) => one.frames);
	await until(
		() => viewers.every((one, i) => one.frames >= (from[i] ?? 0) + frames),
		"all have so many frames",
	);
	assert.deepEqual(
		byTcp.map((one) => one.lost),
		byTcp.map(() => 0),
	);
	const missing = byUdp.reduce((sum, one) => sum + one.lost, 0);
	const lost = lostDatagrams() - lostBefore;
	assert.ok(missing <= lost, `${missing} missing, ${lost} lost here`);
	assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
	assert.equal(gstreamerChildren(service.pid).captures.length, 1);
});
