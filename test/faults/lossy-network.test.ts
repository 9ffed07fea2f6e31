import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../helpers/media.ts";
import { startService } from "../helpers/service.ts";
import { FfmpegViewer } from "./ffmpeg-viewer.ts";
import { LossyLink } from "./lossy-link.ts";

test("a network that loses 2 % and reorders 5 %: ffmpeg goes on decoding, its reports are read, the session lives", async (t) => {
	const service = await startService({
		// Of snow the encoder makes as much as it may.
		config: { source: { test: { pattern: "snow", clock: false } } },
	});
	t.after(() => service.remove());
	const link = await LossyLink.to(service.rtsp);
	t.after(() => link.close());
	const url = service.rtspUrl.replace(/:\d+$/, `:${link.port}`);
	const viewer = new FfmpegViewer(`${url}/main`, {
		transport: "udp",
		decode: true,
	});
	t.after(() => viewer.end("SIGKILL"));
	await until(
		() => !viewer.running || (viewer.frames >= 150 && link.reportedLost > 0),
		"150 decoded pictures and a report of what was lost",
	);
	assert.ok(viewer.running, viewer.said);
	assert.ok(link.lost > 10 && link.late > 30, `${link.lost} ${link.late}`);
	assert.match(viewer.said, /RTP: missed 1 packets/);
	t.diagnostic(
		`${link.lost} lost, ${link.late} late, ${viewer.frames} decoded, ${link.reportedLost} reported`,
	);
	await viewer.end();
	await until(
		() => /RTSP session ended/.test(service.stderr()),
		"the session's end",
	);
	const [ended = ""] = /.*RTSP session ended.*/.exec(service.stderr()) ?? [];
	assert.match(ended, /TEARDOWN/);
	assert.ok(Number(/packetsLost\W+(\d+)/.exec(ended)?.[1]) > 0, ended);
});
