import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { type RunningService, startService } from "../helpers/service.ts";
import { FfmpegViewer } from "./ffmpeg-viewer.ts";

describe("children that are killed while somebody watches", () => {
	let service: RunningService;
	let viewer: FfmpegViewer;
	before(async () => {
		service = await startService();
		viewer = new FfmpegViewer(`${service.rtspUrl}/main`, {
			transport: "tcp",
			decode: true,
		});
		await until(() => viewer.frames > 10, "pictures");
	});
	after(async () => {
		await viewer?.end("SIGKILL");
		await service.remove();
	});

	for (const victim of ["captures", "encoders"] as const)
		test(`kill -9 of the ${victim.slice(0, -1)}: the same session goes on, every picture decodes`, async () => {
			const those = () => gstreamerChildren(service.pid)[victim];
			// The one before may have taken it along.
			await until(() => those().length === 1, `the ${victim}`);
			const [{ pid } = assert.fail()] = those();
			process.kill(pid, "SIGKILL");
			await until(() => those().every((one) => one.pid !== pid), "its end");
			const seen = viewer.frames;
			await until(() => viewer.frames > seen + 20, "pictures again");
			assert.ok(viewer.running);
			assert.equal(viewer.said, "");
			const plays = service.stderr().match(/RTSP session plays/g);
			assert.equal(plays?.length, 1, "one session all the time");
		});
});
