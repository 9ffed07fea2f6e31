import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { type RunningService, startService } from "../helpers/service.ts";

describe("children that are killed while somebody watches", () => {
	let service: RunningService;
	let viewer: ChildProcess;
	let frames = 0;
	let complaints = "";
	before(async () => {
		service = await startService();
		viewer = spawn(
			"ffmpeg",
			[
				"-v",
				"warning",
				"-rtsp_transport",
				"tcp",
				"-i",
				`${service.rtspUrl}/main`,
				"-enc_time_base",
				"1:90000",
				"-f",
				"framecrc",
				"-flush_packets",
				"1",
				"-",
			],
			{ stdio: ["ignore", "pipe", "pipe"] },
		);
		viewer.stdout?.setEncoding("utf8").on("data", (text: string) => {
			frames += text.split("\n").filter((line) => /^\d/.test(line)).length;
		});
		viewer.stderr?.setEncoding("utf8").on("data", (text: string) => {
			complaints += text;
		});
		await until(() => frames > 10, "pictures");
	});
	after(async () => {
		viewer.kill("SIGKILL");
		await service.remove();
	});

	for (const victim of ["captures", "encoders"] as const)
		test(`kill -9 of the ${victim.slice(0, -1)}: the same session goes on, every picture decodes`, async () => {
			const [child] = gstreamerChildren(service.pid)[victim];
			assert.ok(child);
			process.kill(child.pid, "SIGKILL");
			await until(
				() =>
					gstreamerChildren(service.pid)[victim].every(
						({ pid }) => pid !== child.pid,
					),
				"its end",
			);
			const seen = frames;
			await until(() => frames > seen + 20, "pictures again");
			assert.equal(viewer.exitCode, null);
			assert.equal(complaints, "");
			const plays = service.stderr().match(/RTSP session plays/g);
			assert.equal(plays?.length, 1, "one session all the time");
		});
});
